import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Digest } from '../action-record.js';
import { replaceFile, type Writing } from './atomic-write.js';
import { isDigest } from './layout.js';

/** Lines that may be out of date before a log is rewritten. */
const SLACK_LINES = 1_000;

/** One pipeline's log as it was read. */
interface Loaded {
  readonly fingerprints: Map<string, Digest>;
  lines: number;
  /** What the file looked like then; another process may have appended since. */
  state: string | null;
}

/**
 * The fingerprint that each task of a pipeline last had: one file a pipeline, to which processes append, and whose last line
 * about a task counts. Disposable: losing it costs reasons and estimates, never a result.
 */
export class LatestLog {
  readonly #loaded = new Map<string, Loaded>();
  /** Lines that are not on the disk yet, by pipeline. */
  readonly #pending = new Map<string, string[]>();
  #flushing: NodeJS.Immediate | undefined;

  constructor(private readonly writing: Writing) {}

  get(pipeline: string, task: string): Digest | undefined {
    return this.#load(pipeline).fingerprints.get(task);
  }

  /** On the disk by the next turn of the event loop. */
  set(pipeline: string, task: string, fingerprint: Digest): void {
    // What another process appended meanwhile does not matter here.
    const loaded = this.#loaded.get(pipeline) ?? this.#load(pipeline);
    if (loaded.fingerprints.get(task) === fingerprint) return;
    loaded.fingerprints.set(task, fingerprint);
    const lines = this.#pending.get(pipeline) ?? [];
    lines.push(`${JSON.stringify([task, fingerprint])}\n`);
    this.#pending.set(pipeline, lines);
    this.#flushing ??= setImmediate(() => { this.flush(); });
  }

  /** Changes whenever the log does; null while there is none. */
  stateOf(pipeline: string): string | null {
    this.flush();
    return stateOf(this.writing.layout.latest(pipeline));
  }

  flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    for (const [pipeline, lines] of this.#pending) this.#append(pipeline, lines);
    this.#pending.clear();
  }

  /** Rewrites the logs of which most is out of date. */
  async close(): Promise<void> {
    this.flush();
    for (const [pipeline, { fingerprints, lines }] of this.#loaded) {
      if (lines <= 2 * fingerprints.size + SLACK_LINES) continue;
      const text = [...fingerprints].map((entry) => `${JSON.stringify(entry)}\n`).join('');
      await replaceFile({ ...this.writing, durability: 'fast' }, this.writing.layout.latest(pipeline), text).catch(() => undefined);
    }
  }

  /** Never an error: a cache that may only be read still answers, and on a full disk the records are what counts. */
  #append(pipeline: string, lines: readonly string[]): void {
    const path = this.writing.layout.latest(pipeline);
    const loaded = this.#loaded.get(pipeline);
    if (!loaded) return;
    try {
      mkdirSync(dirname(path), { recursive: true });
      // The first newline ends a line that a crash may have torn.
      appendFileSync(path, `\n${lines.join('')}`);
    } catch {
      return;
    }
    loaded.lines += lines.length;
    loaded.state = stateOf(path);
  }

  #load(pipeline: string): Loaded {
    const path = this.writing.layout.latest(pipeline);
    const known = this.#loaded.get(pipeline);
    // While lines are pending, what is known is newer than the file.
    if (known && (this.#pending.has(pipeline) || known.state === stateOf(path))) return known;
    const loaded: Loaded = { fingerprints: new Map(), lines: 0, state: stateOf(path) };
    for (const entry of readLatest(path)) {
      loaded.fingerprints.set(entry.task, entry.fingerprint);
      loaded.lines += 1;
    }
    this.#loaded.set(pipeline, loaded);
    return loaded;
  }
}

/** The lines of a log, oldest first; nothing when it cannot be read. */
export function readLatest(path: string): { readonly task: string; readonly fingerprint: Digest }[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => parseLine(line) ?? []);
}

function parseLine(line: string): { readonly task: string; readonly fingerprint: Digest } | undefined {
  if (line === '') return undefined;
  try {
    const [task, fingerprint] = JSON.parse(line) as readonly unknown[];
    return typeof task === 'string' && isDigest(fingerprint) ? { task, fingerprint } : undefined;
  } catch {
    return undefined;
  }
}

function stateOf(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : null;
}
