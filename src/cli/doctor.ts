import { colorsFor, wantsColor } from '../reporters/format.js';
import { cacheDirectory } from '../library/surroundings.js';
import { probeCache } from './doctor/cache.js';
import { probeCompute } from './doctor/compute.js';
import { findingsOf, type Finding } from './doctor/finding.js';
import { probeMachine } from './doctor/machine.js';
import { probeBubblewrap, probeTerminal, probeToolchains } from './doctor/toolchains.js';
import { exitCode, type ExitCode } from './exit-code.js';
import type { Shell } from './shell.js';

export interface DoctorOptions {
  readonly cacheDir?: string;
  readonly json?: boolean;
}

/** `pipelines doctor`: what this machine has, and what to do about what it lacks. Runs nothing and changes nothing. */
export async function doctorVerb(options: DoctorOptions, shell: Shell): Promise<ExitCode> {
  const directory = cacheDirectory(options.cacheDir, shell.environment, shell.directory);
  const findings = (await Promise.all([
    findingsOf('machine', probeMachine),
    findingsOf('cache', probeCache(directory, shell.now)),
    findingsOf('compute', probeCompute),
    findingsOf('toolchains', probeToolchains),
    findingsOf('sandbox', probeBubblewrap),
    findingsOf('terminal', probeTerminal(shell)),
  ])).flat();
  const healthy = findings.every(({ state }) => state !== 'problem');
  shell.stdout.write(options.json ? `${JSON.stringify({ healthy, findings }, null, 2)}\n` : findingsText(findings, wantsColor(shell.stdout, shell.environment)));
  return healthy ? exitCode.ok : exitCode.taskFailed;
}

export function findingsText(findings: readonly Finding[], color: boolean): string {
  const colors = colorsFor(color);
  const marks = { ok: colors.green('ok     '), warning: colors.yellow('warning'), problem: colors.red('problem') };
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.flatMap(({ area, name, state, found, reason, remedy }, index) => [
    ...(findings[index - 1]?.area === area ? [] : [`${index === 0 ? '' : '\n'}${colors.bold(area)}`]),
    `  ${marks[state]}  ${name.padEnd(width)}  ${[found ?? '-', ...(reason === undefined ? [] : [reason])].join(': ')}`,
    ...(remedy === undefined ? [] : [`  ${' '.repeat(9 + width)}  ${colors.dim(`-> ${remedy}`)}`]),
  ]);
  const problems = findings.filter(({ state }) => state === 'problem').length;
  const warnings = findings.filter(({ state }) => state === 'warning').length;
  return `${lines.join('\n')}\n\n${problems === 0 ? 'pipelines can run here' : `${problems} in the way of a run`}${warnings > 0 ? `, ${warnings} to look at` : ''}\n`;
}
