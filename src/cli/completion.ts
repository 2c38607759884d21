import type { Command } from 'commander';
import { bashScript } from './completion/bash.js';
import { fishScript } from './completion/fish.js';
import { verbsOf } from './completion/grammar-tree.js';
import { zshScript } from './completion/zsh.js';
import { exitCode, type ExitCode } from './exit-code.js';
import type { Shell } from './shell.js';

export type CompletedShell = 'bash' | 'zsh' | 'fish';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** `pipelines completion SHELL`: a script made from the grammar of this very version. */
export function completionVerb(name: CompletedShell, program: Command, shell: Shell): ExitCode {
  shell.stdout.write(scripts[name](verbsOf(program)));
  return exitCode.ok;
}
