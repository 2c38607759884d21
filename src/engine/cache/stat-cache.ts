import { appendFileSync, readFileSync, statSync, type BigIntStats } from 'node:fs';
import type { Digest } from '../action-record.js';
import { replaceFile, type Writing } from './atomic-write.js';
import { isDigest } from './layout.js';

/** Git's "racily clean" rule: a file written in the same tick in which it was read may be written again without a trace. */
const RACY_MS = 2_000;
const FORGET_AFTER_MS = 90 * 24 * 60 * 60 * 1_000;
/** Lines that may be out of date before the file is rewritten. */
const SLACK_LINES = 1_000;

interface StatEntry {
  readonly path: string;
  /** size, mtimeNs, ctimeNs, ino, dev: of a file that was not written to, all are as they were. */
  readonly stat: string;
  readonly digest: Digest;
  /** Milliseconds since the epoch, before the file was read. */
  readonly seenAt: number;
}

/**
 * Digests of the user's files by their stat, so that an unchanged corpus is not read again. Disposable: losing it
 * costs hashing, never a wrong digest. Processes that share it append; the last line about a path counts.
 */
export class StatCache {
  readonly #entries = new Map<string, StatEntry>();
  #fresh: StatEntry[] = [];
  #lines = 0;

  constructor(private readonly file: string, private readonly writing: Writing, private readonly now: () => number) {
    for (const line of linesOf(file)) {
      this.#lines += 1;
      const entry = parseEntry(line);
      if (entry !== undefined) this.#entries.set(entry.path, entry);
    }
  }

  /** The digest of the file as it was stat-ed, or undefined when it must be read. */
  digestOf(path: string, stats: BigIntStats): Digest | undefined {
    const entry = this.#entries.get(path);
    if (entry?.stat !== statText(stats)) return undefined;
    return isSettled(stats, entry.seenAt) ? entry.digest : undefined;
  }

  /** `seenAt` is the time before the file was read; `stats` were equal before and after. */
  record(path: string, stats: BigIntStats, digest: Digest, seenAt: number): void {
    const entry = { path, stat: statText(stats), digest, seenAt };
    this.#entries.set(path, entry);
    this.#fresh.push(entry);
  }

  /** Appends what is new. Never an error: what cannot be written is hashed again next time. */
  flush(): void {
    if (this.#fresh.length === 0) return;
    try {
      // The first newline ends a line that a crash may have torn.
      appendFileSync(this.file, `\n${this.#fresh.map((entry) => JSON.stringify(entry)).join('\n')}\n`);
    } catch {
      return;
    }
    this.#lines += this.#fresh.length;
    this.#fresh = [];
  }

  /** Rewrites the file once most of it is out of date. */
  async close(): Promise<void> {
    this.flush();
    if (this.#lines <= 2 * this.#entries.size + SLACK_LINES) return;
    const oldest = this.now() - FORGET_AFTER_MS;
    const kept = [...this.#entries.values()].filter(({ path, seenAt }) => seenAt > oldest || statSync(path, { throwIfNoEntry: false }) !== undefined);
    await replaceFile(this.writing, this.file, kept.map((entry) => `${JSON.stringify(entry)}\n`).join('')).catch(() => undefined);
  }
}

/** Whether a file that looks as it did when it was read, at `seenAt`, has not been written since. */
export function isSettled({ mtimeNs, ctimeNs }: BigIntStats, seenAt: number): boolean {
  const changedMs = Number(mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1e6;
  return changedMs < seenAt - RACY_MS;
}

export function statText({ size, mtimeNs, ctimeNs, ino, dev }: BigIntStats): string {
  return [size, mtimeNs, ctimeNs, ino, dev].join(' ');
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '');
  } catch {
    return [];
  }
}

function parseEntry(line: string): StatEntry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<StatEntry> | null;
    const usable = typeof entry?.path === 'string' && typeof entry.stat === 'string' && isDigest(entry.digest) && typeof entry.seenAt === 'number';
    return usable ? entry as StatEntry : undefined;
  } catch {
    return undefined;
  }
}
