import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Ended } from './process-group.js';

const signalNumbers: Readonly<Record<string, number>> = constants.signals;
const signalNames = new Map(Object.entries(signalNumbers).map(([name, number]) => [number, name]));

/** The exit code as a shell reports it: 128 + n for death by signal n. The sandbox knows no other way, so without it we do the same. */
export function exitCodeOf(ended: Exclude<Ended, { kind: 'not-started' }>): number {
  return ended.kind === 'exited' ? ended.exitCode : 128 + (signalNumbers[ended.signal] ?? 0);
}

/** What an exit code says by convention, for people; undefined when nothing. */
export function meaningOf(exitCode: number, outOfMemory: boolean): string | undefined {
  if (exitCode === 126) return 'found, but not a program that can be run';
  if (exitCode === 127) return 'command not found';
  const signal = signalNames.get(exitCode - 128);
  if (signal === undefined) return undefined;
  switch (signal) {
    case 'SIGKILL': return outOfMemory ? 'killed by SIGKILL: the kernel had run out of memory' : 'killed by SIGKILL, from outside';
    case 'SIGSEGV': case 'SIGBUS': case 'SIGILL': case 'SIGFPE': case 'SIGABRT': return `crashed with ${signal}`;
    case 'SIGTERM': case 'SIGINT': case 'SIGPIPE': case 'SIGXCPU': case 'SIGXFSZ': return `killed by ${signal}`;
    // Programs use 129 and its neighbours for themselves (git: wrong usage).
    default: return undefined;
  }
}

/** How often this machine's kernel has killed for lack of memory, in any container; undefined where it does not say. */
export function outOfMemoryKills(): number | undefined {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined;
  }
}
