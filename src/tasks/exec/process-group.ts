import type { Readable } from 'node:stream';
import { execa } from 'execa';

/** A command with everything it starts. */
export interface ProcessGroup {
  /** stdout and stderr, as they come. */
  readonly output: AsyncIterable<Uint8Array>;
  readonly ended: Promise<Ended>;
}

/** How it ended, or that it never began. */
export type Ended =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'not-started'; readonly reason: string };

export interface StartOptions {
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** bubblewrap with its arguments. */
  readonly sandbox?: readonly [string, ...string[]];
  readonly signal: AbortSignal;
}

/** How long a command may tidy up after SIGTERM before SIGKILL. */
const graceMs = 3_000;

/**
 * Runs the command of its arguments, and a watcher that reads from a pipe which only we can write to: at our end, also by `kill -9`, it
 * reads the end of the file and kills the group. (A parent-death signal, as of `setpriv --pdeathsig`, would reach the shell, and
 * not what the shell has started.) The watcher is not a child of the command, which may wait for its children.
 */
const watched = '( ( read -r _ <&3; kill -KILL -$$ ) </dev/null >/dev/null 2>&1 & ); exec 3<&- "$@"';

/**
 * Starts a command in a process group of its own: an abort reaches whatever the command starts, and Ctrl-C in a terminal
 * reaches only us. The group ends with the command, with an abort (SIGTERM, then SIGKILL), and with this process, however that ends.
 */
export function startGroup({ command, environment, directory, sandbox, signal }: StartOptions): ProcessGroup {
  // The sandbox dies with us by itself, and tells on descriptor 3 which process leads in it; otherwise 3 is the watcher's.
  const [program, ...args] = sandbox ? [...sandbox, '--info-fd', '3', '--', ...command] as const
    : process.platform === 'win32' ? command
      : ['/bin/sh', '-c', watched, 'sh', ...command] as const;
  const child = execa(program, args, {
    cwd: directory, env: environment, extendEnv: false,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'], all: true, buffer: false, reject: false, detached: process.platform !== 'win32',
  });
  const leader = sandbox ? leaderIn(child.stdio[3]) : () => child.pid;
  const stopWatching = endWith(child, signal, leader);
  const ended = child.then(({ exitCode, signal: killedBy, originalMessage }): Ended => {
    stopWatching();
    if (exitCode !== undefined) return { kind: 'exited', exitCode };
    return killedBy === undefined ? { kind: 'not-started', reason: originalMessage ?? 'unknown reason' } : { kind: 'killed', signal: killedBy };
  });
  return { output: child.all, ended };
}

/** The process that leads the command's group in the sandbox, once bubblewrap has named it. */
function leaderIn(information: Readable): () => number | undefined {
  let text = '';
  information.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
  return () => {
    const found = /"child-pid": (\d+)/.exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
}

interface Child {
  readonly pid?: number | undefined;
  kill(signal: NodeJS.Signals): boolean;
  once(event: 'exit', listener: () => void): unknown;
}

/**
 * Ends the group on abort, when we exit, and when the command exits: what it left in the background must not outlive the task
 * or keep its output open. Returns how to stop watching.
 */
function endWith(child: Child, signal: AbortSignal, leader: () => number | undefined): () => void {
  const kill = (group: number | undefined, name: NodeJS.Signals): void => {
    if (group === undefined) return;
    try {
      if (process.platform === 'win32') child.kill(name);
      else process.kill(-group, name);
    } catch {
      // The group is gone already.
    }
  };
  // The sandbox's outer process leads its own group, and takes all that is inside with it.
  const killNow = (): void => { kill(child.pid, 'SIGKILL'); };
  let timer: NodeJS.Timeout | undefined;
  const abort = (): void => {
    kill(leader(), 'SIGTERM');
    timer = setTimeout(killNow, graceMs);
  };
  signal.addEventListener('abort', abort, { once: true });
  child.once('exit', killNow);
  process.once('exit', killNow);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    process.removeListener('exit', killNow);
  };
}
