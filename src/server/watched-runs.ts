import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readRun } from '../engine/runs/recorded-run.js';
import { runFolders, type RunFolder } from '../engine/runs/run-folders.js';
import type { RunEntry, RunList } from './api.js';
import type { Message } from './message-stream.js';

/** What has been read of the runs, so that looking again costs little. */
export class WatchedRuns {
  readonly #read = new Map<string, { readonly as: string; readonly entry: RunEntry }>();

  /** @param pipeline only its runs; undefined for those of every pipeline */
  constructor(private readonly artifactsDirectory: string, private readonly pipeline: string | undefined, private readonly now: () => number) {}

  /** Compares names with those on the disk, so no name that a request gives ever becomes a path. */
  find(folder: string, id: string): RunFolder | undefined {
    return this.#folders().find((run) => run.pipeline === folder && run.id === id);
  }

  async list(): Promise<RunList> {
    return { runs: await Promise.all(this.#folders().toReversed().map((folder) => this.entry(folder))) };
  }

  async entry(folder: RunFolder): Promise<RunEntry> {
    const as = stampOf(folder);
    const known = this.#read.get(folder.directory);
    // Whether a run that has not ended is alive depends on the clock.
    if (known?.as === as && known.entry.outcome !== 'running') return known.entry;
    const entry = { ...await readRun(folder, this.now()), folder: folder.pipeline };
    this.#read.set(folder.directory, { as, entry });
    return entry;
  }

  /** The list, and again whenever it has changed. */
  async *changes(everyMs: number, signal: AbortSignal): AsyncGenerator<Message> {
    let told = '';
    while (!signal.aborted) {
      const list = await this.list();
      const text = JSON.stringify(list);
      if (text !== told) yield { data: list };
      told = text;
      await delay(everyMs, signal);
    }
  }

  #folders(): readonly RunFolder[] {
    return runFolders(this.artifactsDirectory, this.pipeline);
  }
}

function stampOf({ directory }: RunFolder): string {
  return ['events.jsonl', 'run.json'].map((name) => statSync(join(directory, name), { throwIfNoEntry: false })).map((stats) => `${stats?.mtimeMs}:${stats?.size}`).join(' ');
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
