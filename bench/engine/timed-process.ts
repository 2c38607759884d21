import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandLine } from './tool.js';

export type Timing = Measured | Failed;

export interface Measured {
  readonly kind: 'measured';
  readonly wallMs: number;
  /** User and system time of the process and all that it waited for; null without GNU time. */
  readonly cpuMs: number | null;
  /** Resident memory of its largest process at its largest; null without GNU time. */
  readonly peakBytes: number | null;
}

export interface Failed {
  readonly kind: 'failed';
  readonly reason: string;
}

export interface Surroundings {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** It is killed when it takes longer. */
  readonly limitMs: number;
}

let gnuTime: boolean | undefined;

/** Whether GNU time is there. Node cannot tell itself what a child's children used. */
export function hasGnuTime(): boolean {
  gnuTime ??= spawnSync('time', ['-f', '%M', 'true']).status === 0;
  return gnuTime;
}

export async function timed(command: CommandLine, { directory, environment, limitMs }: Surroundings): Promise<Timing> {
  const report = join(tmpdir(), `bench-time-${String(process.pid)}`);
  const [program, ...args]: CommandLine = hasGnuTime() ? ['time', '-f', '%U %S %M', '-o', report, '--', ...command] : command;
  const started = performance.now();
  // A group of its own, so that what it started can be ended with it.
  const child = spawn(program, args, { cwd: directory, env: { ...process.env, ...environment }, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { complaint = (complaint + text).slice(-2_000); });
  let late = false;
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch { /* it has just ended */ }
  };
  process.once('exit', kill);
  const alarm = setTimeout(() => {
    late = true;
    kill();
  }, limitMs);
  const ended = await new Promise<{ readonly code: number | null; readonly at: number }>((resolve) => {
    child.on('error', (error) => { complaint += error.message; });
    child.on('close', (code) => { resolve({ code, at: performance.now() }); });
  });
  clearTimeout(alarm);
  process.off('exit', kill);
  const usage = used(report);
  if (late) return { kind: 'failed', reason: `took longer than ${String(Math.round(limitMs / 1_000))} s` };
  if (ended.code !== 0) return { kind: 'failed', reason: `${command.slice(0, 3).join(' ')} exited with ${String(ended.code)}: ${complaint.trim().split('\n').slice(-3).join(' | ')}` };
  return { kind: 'measured', wallMs: ended.at - started, ...usage };
}

function used(report: string): Pick<Measured, 'cpuMs' | 'peakBytes'> {
  if (!existsSync(report)) return { cpuMs: null, peakBytes: null };
  // After a failure GNU time writes a line about it first.
  const [user = Number.NaN, system = Number.NaN, kibibytes = Number.NaN] = readFileSync(report, 'utf8').trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  rmSync(report);
  return { cpuMs: (user + system) * 1_000, peakBytes: kibibytes * 1_024 };
}
