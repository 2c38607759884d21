import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * A process, told from every other that ever was: a pid alone is soon given to another, and containers and
 * machines that share a folder reuse each other's.
 */
export interface ProcessIdentity {
  /** For people. */
  readonly host: string;
  /** Host name and machine id, hashed: two machines may share a name such as `localhost`. */
  readonly machine: string;
  /** Changes on every boot; empty where the system does not tell. */
  readonly boot: string;
  /** A container has pids of its own. Empty where there is no such thing. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** Clock ticks since boot; empty where the system does not tell. */
  readonly startTime: string;
}

/** `unknown`: it runs, or ran, where we cannot look. */
export type Liveness = 'alive' | 'dead' | 'unknown';

let self: ProcessIdentity | undefined;

export function thisProcess(): ProcessIdentity {
  self ??= {
    host: hostname(),
    machine: createHash('sha256').update(`${hostname()}\n${textOf('/etc/machine-id')}`).digest('hex').slice(0, 8),
    boot: textOf('/proc/sys/kernel/random/boot_id').slice(0, 8),
    pidNamespace: linkOf('/proc/self/ns/pid').replace(/\D/g, ''),
    pid: process.pid,
    startTime: startTimeOf(process.pid),
  };
  return self;
}

/** Whether it is one, of whatever else may stand in a file. */
export function isProcessIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { host, machine, boot, pidNamespace, pid, startTime } = value as Partial<Record<keyof ProcessIdentity, unknown>>;
  return [host, machine, boot, pidNamespace, startTime].every((text) => typeof text === 'string') && Number.isSafeInteger(pid) && (pid as number) > 0;
}

export function livenessOf(other: ProcessIdentity): Liveness {
  const here = thisProcess();
  if (other.machine !== here.machine) return 'unknown';
  if (other.boot !== here.boot) return 'dead';
  if (other.pidNamespace !== here.pidNamespace) return 'unknown';
  return isRunning(other.pid, other.startTime) ? 'alive' : 'dead';
}

/** As part of a file name, so that whoever finds the file knows whose it is. */
export function ownerName({ machine, boot, pidNamespace, pid, startTime }: ProcessIdentity): string {
  return [machine, boot, pidNamespace, pid, startTime].join('-');
}

/** The inverse of `ownerName`, of a name that starts with one; undefined for a stranger's file. */
export function ownerOf(name: string): ProcessIdentity | undefined {
  const match = /^([0-9a-f]{8})-([0-9a-f]{0,8})-(\d*)-([1-9]\d{0,14})-(\d*)(?:-|$)/.exec(name);
  if (match === null) return undefined;
  const [, machine = '', boot = '', pidNamespace = '', pid = '', startTime = ''] = match;
  return { host: '', machine, boot, pidNamespace, pid: Number(pid), startTime };
}

function isRunning(pid: number, startTime: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, but another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startTimeOf(pid);
  return now !== 'ended' && (now === '' || startTime === '' || now === startTime);
}

/** Field 22 of proc(5)'s stat. A killed process stays as a zombie until its parent looks: that is `ended`. */
function startTimeOf(pid: number): string {
  const stat = textOf(`/proc/${pid}/stat`);
  // The command's name, in parentheses, may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  return /^[ZX]/.test(state) ? 'ended' : fields[19] ?? '';
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
