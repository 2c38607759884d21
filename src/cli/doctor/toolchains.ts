import { execa } from 'execa';
import { probeSandbox } from '../../tasks/exec/sandbox.js';
import { wantsColor } from '../../reporters/format.js';
import type { Shell } from '../shell.js';
import { PATIENCE_MS, type Finding, type Probe } from './finding.js';

interface Toolchain {
  readonly program: string;
  readonly argument: string;
  readonly version: RegExp;
  readonly package: string;
}

/** What exec tasks of the default pipeline and of its tests call. The engine itself needs none of them. */
const toolchains: readonly Toolchain[] = [
  { program: 'git', argument: '--version', version: /[\d.]+/, package: 'git' },
  { program: 'python3', argument: '--version', version: /[\d.]+/, package: 'python3' },
  { program: 'php', argument: '--version', version: /[\d.]+/, package: 'php-cli' },
  { program: 'go', argument: 'version', version: /(?<=go)[\d.]+/, package: 'golang-go' },
  { program: 'g++', argument: '--version', version: /[\d.]+(?=\s|$)/, package: 'g++' },
  { program: 'mcs', argument: '--version', version: /[\d.]+/, package: 'mono-mcs' },
  { program: 'mono', argument: '--version', version: /[\d.]+/, package: 'mono-runtime' },
];

export const probeToolchains: Probe = () => Promise.all(toolchains.map(toolchainFinding));

async function toolchainFinding({ program, argument, version, package: debian }: Toolchain): Promise<Finding> {
  const { failed, stdout, timedOut } = await execa(program, [argument], { reject: false, stdin: 'ignore', timeout: PATIENCE_MS, killSignal: 'SIGKILL' });
  const finding = { area: 'toolchains', name: program } as const;
  if (!failed) return { ...finding, state: 'ok', found: version.exec(stdout)?.[0] ?? stdout.split('\n')[0] ?? '' };
  return { ...finding, state: 'warning', found: null, reason: timedOut ? `no answer within ${(PATIENCE_MS / 1_000).toFixed(1)} s` : 'not installed; only commands that call it need it', remedy: `sudo apt install ${debian}` };
}

export const probeBubblewrap: Probe = async () => {
  const sandbox = await probeSandbox();
  if (sandbox.kind === 'works') return [{ area: 'sandbox', name: 'bubblewrap', state: 'ok', found: `${sandbox.program}: exec tasks see only what they declare` }];
  const remedy = sandbox.reason.includes('not installed') ? 'sudo apt install bubblewrap' : 'sudo sysctl kernel.unprivileged_userns_clone=1; on Ubuntu also kernel.apparmor_restrict_unprivileged_userns=0';
  return [{ area: 'sandbox', name: 'bubblewrap', state: 'warning', found: null, reason: `${sandbox.reason}; exec tasks run without a sandbox`, ...(process.platform === 'linux' && { remedy }) }];
};

export function probeTerminal({ stdout, environment }: Pick<Shell, 'stdout' | 'environment'>): Probe {
  return () => {
    const found = stdout.isTTY
      ? `${stdout.columns} columns, ${wantsColor(stdout, environment) ? 'in colour' : 'without colour'}`
      : 'none: runs are shown as plain lines';
    return Promise.resolve([{ area: 'terminal', name: 'output', state: 'ok', found }]);
  };
}
