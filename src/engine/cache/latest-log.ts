import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Digest } from '../action-record.js';
import { replaceFile, type Writing } from './atomic-write.js';
import { stateOf } from './file-state.js';
import { isDigest } from './layout.js';

/** Lines that may be out of date before a log is rewritten. */
const SLACK_LINES = 1_000;

/** As long as so few tasks were asked for, searching the text is quicker than reading it all. */
const SEARCHES = 16;

/** One pipeline's log as it was read. */
class ReadLog {
  #searches = 0;
  #fingerprints: Map<string, Digest> | undefined;
  #lines = 0;

  /** @param state what the file looked like; another process may append to it */
  constructor(private readonly text: string, public state: string | null) {}

  get(task: string): Digest | undefined {
    this.#searches += 1;
    return this.#fingerprints || this.#searches > SEARCHES ? this.fingerprints.get(task) : lastAbout(task, this.text);
  }

  get fingerprints(): Map<string, Digest> {
    if (this.#fingerprints) return this.#fingerprints;
    const entries = entriesIn(this.text);
    this.#lines = entries.length;
    return this.#fingerprints = new Map(entries);
  }

  appended(lines: number, state: string | null): void {
    this.#lines += lines;
    this.state = state;
  }

  get isMostlyOutOfDate(): boolean {
    return this.#fingerprints !== undefined && this.#lines > 2 * this.#fingerprints.size + SLACK_LINES;
  }
}

/**
 * The fingerprint that each task of a pipeline last had: one file a pipeline, to which processes append, and whose last line
 * about a task counts. Disposable: losing it costs reasons and estimates, never a result.
 */
export class LatestLog {
  readonly #read = new Map<string, ReadLog>();
  /** Lines that are not on the disk yet, by pipeline. */
  readonly #pending = new Map<string, string[]>();
  #flushing: NodeJS.Immediate | undefined;

  constructor(private readonly writing: Writing) {}

  get(pipeline: string, task: string): Digest | undefined {
    return this.#log(pipeline).get(task);
  }

  /** On the disk by the next turn of the event loop. */
  set(pipeline: string, task: string, fingerprint: Digest): void {
    // What another process appended meanwhile does not matter here.
    const { fingerprints } = this.#read.get(pipeline) ?? this.#log(pipeline);
    if (fingerprints.get(task) === fingerprint) return;
    fingerprints.set(task, fingerprint);
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
    for (const [pipeline, log] of this.#read) {
      if (!log.isMostlyOutOfDate) continue;
      const text = [...log.fingerprints].map((entry) => `${JSON.stringify(entry)}\n`).join('');
      await replaceFile({ ...this.writing, durability: 'fast' }, this.writing.layout.latest(pipeline), text).catch(() => undefined);
    }
  }

  /** Never an error: a cache that may only be read still answers, and on a full disk the records are what counts. */
  #append(pipeline: string, lines: readonly string[]): void {
    const path = this.writing.layout.latest(pipeline);
    try {
      mkdirSync(dirname(path), { recursive: true });
      // The first newline ends a line that a crash may have torn.
      appendFileSync(path, `\n${lines.join('')}`);
    } catch {
      return;
    }
    this.#read.get(pipeline)?.appended(lines.length, stateOf(path));
  }

  #log(pipeline: string): ReadLog {
    const path = this.writing.layout.latest(pipeline);
    const known = this.#read.get(pipeline);
    // While lines are pending, what is known is newer than the file.
    if (known && (this.#pending.has(pipeline) || known.state === stateOf(path))) return known;
    const state = stateOf(path);
    const log = new ReadLog(textOf(path), state);
    this.#read.set(pipeline, log);
    return log;
  }
}

/** What a log says of each task, the latest last; empty when it cannot be read. */
export function readLatest(path: string): (readonly [task: string, fingerprint: Digest])[] {
  return entriesIn(textOf(path));
}

function entriesIn(text: string): (readonly [string, Digest])[] {
  return text.split('\n').flatMap((line) => {
    const entry = parseLine(line);
    return entry ? [entry] : [];
  });
}

/** The fingerprint on the last whole line about a task. */
function lastAbout(task: string, text: string): Digest | undefined {
  const start = `\n[${JSON.stringify(task)},`;
  for (let at = text.lastIndexOf(start); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(start, at - 1)) {
    const entry = parseLine(text.slice(at + 1, text.indexOf('\n', at + 1) + 1 || undefined).trimEnd());
    if (entry) return entry[1];
  }
  return undefined;
}

function parseLine(line: string): readonly [string, Digest] | undefined {
  if (line === '') return undefined;
  try {
    const [task, fingerprint] = JSON.parse(line) as readonly unknown[];
    return typeof task === 'string' && isDigest(fingerprint) ? [task, fingerprint] : undefined;
  } catch {
    return undefined;
  }
}

/** Empty when it cannot be read. */
function textOf(path: string): string {
  try {
    return `\n${readFileSync(path, 'utf8')}`;
  } catch {
    return '';
  }
}
