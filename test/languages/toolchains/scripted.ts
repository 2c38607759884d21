import { spawnSync } from 'node:child_process';
import { outcomesIn } from './toolchain.js';
import type { RealOutcome, RealProgram, Toolchain } from './toolchain.js';

/**
 * A toolchain that compiles and runs program texts within one process: a script in the language itself, which reads
 * all programs as JSON from standard input and prints one outcome a line. A program at which the process dies (PHP's
 * fatal compile errors) is malformed; the rest run in a new process.
 */
export function scripted(command: string, flags: readonly string[]): Toolchain {
  return {
    probe: [command, '--version'],
    run(programs: readonly RealProgram[]): RealOutcome[] {
      const outcomes: RealOutcome[] = [];
      while (outcomes.length < programs.length) {
        const { stdout } = spawnSync(command, flags, { input: JSON.stringify(programs.slice(outcomes.length)), encoding: 'utf8', maxBuffer: 2 ** 28 });
        outcomes.push(...outcomesIn(stdout));
        if (outcomes.length < programs.length) outcomes.push({ kind: 'syntax-error' });
      }
      return outcomes;
    },
  };
}
