import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Event } from '../../src/engine/event.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  /** undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface EndedRun extends Ended {
  readonly events: readonly Event[];
  /** Ids of the tasks that ran to their end, sorted. */
  readonly executed: readonly string[];
  readonly cached: readonly string[];
}

/** A `pipelines` process that has not ended yet. */
export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What matches first in its output; rejects when it ends without. */
  says(pattern: RegExp): Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

/** A temporary project in which the built command line runs as a process, with a cache and artifacts of its own. */
export class Rig {
  private constructor(readonly directory: string) {}

  static async create(): Promise<Rig> {
    if (!existsSync(main)) throw new Error('dist/cli/main.js is missing: the end-to-end tests run the built command line, so run `npm run build` first');
    return new Rig(await mkdtemp(join(tmpdir(), 'pipelines-e2e-')));
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  path(...names: readonly string[]): string {
    return join(this.directory, ...names);
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(dirname(this.path(name)), { recursive: true });
    await writeFile(this.path(name), text);
  }

  read(...names: readonly string[]): Promise<string> {
    return readFile(this.path(...names), 'utf8');
  }

  exists(...names: readonly string[]): boolean {
    return existsSync(this.path(...names));
  }

  start(args: readonly string[], environment: Record<string, string> = {}): Started {
    const child = execa(process.execPath, [main, ...args], {
      cwd: this.directory, env: { PATH: process.env['PATH'] ?? '', HOME: this.directory, ...environment }, extendEnv: false,
      reject: false, stdin: 'ignore', timeout: 150_000, killSignal: 'SIGKILL',
    });
    const ended = child.then(({ exitCode, signal, stdout, stderr }): Ended => ({ exitCode, signal, stdout, stderr }));
    return { pid: child.pid ?? 0, ended, says: listener(child.stdout), kill: (signal) => void child.kill(signal) };
  }

  pipelines(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
    return this.start(args, environment).ended;
  }

  /** `pipelines run` with its events. */
  async run(file: string, ...args: readonly string[]): Promise<EndedRun> {
    return withEvents(await this.pipelines(['run', file, ...args, '--reporter', 'json']));
  }

  /** Files below the cache's objects, by size: what a test damages. */
  async objects(): Promise<readonly string[]> {
    const entries = await readdir(this.path('cache', 'objects'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  /** Waits until a file is there, as a running task writes it. */
  async until(name: string): Promise<void> {
    for (let waited = 0; waited < 20_000; waited += 20) {
      if (this.exists(name)) return;
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
    throw new Error(`${name} did not appear in 20 s`);
  }
}

/** Listens from the start: a process may have said it before anybody asks. */
function listener(output: Readable): Started['says'] {
  let text = '';
  output.setEncoding('utf8').on('data', (part: string) => { text += part; });
  return (pattern) => new Promise((resolve, reject) => {
    const look = (): void => {
      const found = pattern.exec(text);
      if (found) resolve(found[0]);
    };
    look();
    output.on('data', look).on('end', () => { reject(new Error(`it ended without saying ${String(pattern)}: ${text}`)); });
  });
}

export function withEvents(ended: Ended): EndedRun {
  const events = ended.stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Event);
  const tasksOf = (kind: Event['kind']): string[] => events.flatMap((event) => (event.kind === kind && 'task' in event ? [event.task] : [])).sort();
  return { ...ended, events, executed: tasksOf('task-finished'), cached: tasksOf('task-cached') };
}
