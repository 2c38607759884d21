import { spawn } from 'node:child_process';
import { closeSync, existsSync, fdatasync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, write } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { digestOf } from '../fingerprint.js';
import { hasCode, isSystemError } from './errors.js';
import { namesIn, type Layout } from './layout.js';
import { livenessOf, ownerOf, thisProcess } from './process-identity.js';
import { parseRecordFile } from './record-file.js';

const writeAsync = promisify(write);
const fdatasyncAsync = promisify(fdatasync);

/** Content up to this size goes through the journal; for more, a flush of its own costs little beside the writing. */
export const JOURNALED_BYTES = 64 * 1024;
/** Up to this many files are flushed one by one at the end; beyond, one call for the whole file system is cheaper. */
const FLUSHED_SINGLY = 64;
/** Another program may be writing gigabytes to the same disk: then the journal stays for the next one to close. */
const LONGEST_SYNC_MS = 10_000;

interface Entry {
  /** Below the cache directory, with `/`. */
  readonly path: string;
  readonly mode: number;
  /** Base64. */
  readonly content: string;
}

/**
 * Small files made durable together. Flushing each file by itself costs a turn of the disk; here whatever is waiting is appended
 * to one file and flushed once, as databases do, and the files themselves are written without a flush. After a power cut the
 * journal puts back what had not reached the disk.
 */
export class Journal {
  readonly #path: string;
  #file: number | undefined;
  #waiting: { readonly line: string; readonly path: string; done(): void; failed(error: unknown): void }[] = [];
  #flushing: Promise<void> | undefined;
  /** Files whose content is only in the journal for certain. */
  readonly #paths = new Set<string>();

  constructor(private readonly layout: Layout) {
    this.#path = layout.journal();
  }

  /** Whether a file is one that the journal can put back: an object or a record, whose name says what it must hold. */
  covers(path: string): boolean {
    return isCovered(this.#relative(path));
  }

  /** Resolves once the content is on the disk. */
  add(path: string, content: string | Uint8Array, mode: number): Promise<void> {
    const entry: Entry = { path: this.#relative(path), mode, content: Buffer.from(content).toString('base64') };
    return new Promise((done, failed) => {
      this.#waiting.push({ line: lineOf(entry), path, done, failed });
      this.#flushing ??= this.#flush();
    });
  }

  /** Flushes the files themselves and gives the journal up; where that cannot be done in time, it stays. */
  async close(): Promise<void> {
    await this.#flushing;
    if (this.#file === undefined) return;
    try {
      closeSync(this.#file);
      this.#file = undefined;
      await this.#giveUp();
    } catch (error) {
      // A full or failing disk: everything is in the journal, which stays.
      if (!isSystemError(error)) throw error;
    }
  }

  async #giveUp(): Promise<void> {
    const left = leftBehind(this.layout).filter((name) => isOfThisBoot(name));
    if (left.length === 0 && this.#paths.size <= FLUSHED_SINGLY) {
      for (const path of this.#paths) flushIfThere(path);
    } else if (!await syncFileSystem(this.layout.root)) return;
    for (const path of [this.#path, ...left.map((name) => join(this.layout.journals, name))]) rmSync(path, { force: true });
  }

  /** Everything that waits, again and again until nothing does. */
  async #flush(): Promise<void> {
    // What is added in this turn of the event loop shares the first flush.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const file = this.#file ??= this.#open();
        await writeWhole(file, Buffer.from(batch.map(({ line }) => line).join('')));
        await fdatasyncAsync(file);
        for (const { path, done } of batch) {
          this.#paths.add(path);
          done();
        }
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#flushing = undefined;
  }

  #open(): number {
    mkdirSync(this.layout.journals, { recursive: true });
    return openSync(this.#path, 'a');
  }

  #relative(path: string): string {
    return relative(this.layout.root, path).replaceAll('\\', '/');
  }
}

/**
 * Puts back what the journals of before the last boot hold and the disk does not. `put` writes one file, durably.
 * What a process of this boot left stays: the system still has all that it wrote. True when there was any such journal.
 */
export async function replayJournals(layout: Layout, put: (path: string, content: Buffer, mode: number) => Promise<void>): Promise<boolean> {
  const journals = leftBehind(layout).filter((left) => !isOfThisBoot(left));
  for (const name of journals) {
    const journal = join(layout.journals, name);
    for (const { path, mode, content } of entriesIn(journal)) {
      const target = join(layout.root, path);
      const wanted = Buffer.from(content, 'base64');
      if (!isWhole(target, wanted)) await put(target, wanted, mode);
    }
    rmSync(journal, { force: true });
  }
  return journals.length > 0;
}

/** Journals whose process is gone. */
function leftBehind({ journals }: Layout): string[] {
  return namesIn(journals).filter((name) => {
    const owner = ownerOf(name);
    return owner !== undefined && livenessOf(owner) === 'dead';
  });
}

function isOfThisBoot(name: string): boolean {
  return ownerOf(name)?.boot === thisProcess().boot;
}

/** A record that is there stays, for the first one wins; an object must hold what its name says. */
function isWhole(target: string, wanted: Buffer): boolean {
  if (!existsSync(target)) return false;
  const found = readFileSync(target);
  return found.equals(wanted) || (target.endsWith('.json') && parseRecordFile(found.toString('utf8')) !== undefined);
}

function isCovered(path: string): boolean {
  return /^(?:objects\/[0-9a-f]{2}\/[0-9a-f]{62}|actions\/[0-9a-f]{2}\/[0-9a-f]{62}\.json)$/.test(path);
}

/** A line is whole when its checksum says so; the first that is not ends the journal. */
function lineOf(entry: Entry): string {
  const json = JSON.stringify(entry);
  return `${digestOf(json).slice(0, 16)} ${json}\n`;
}

function* entriesIn(journal: string): Generator<Entry> {
  for (const line of readFileSync(journal, 'utf8').split('\n')) {
    const json = line.slice(17);
    if (line === '' || line.slice(0, 16) !== digestOf(json).slice(0, 16)) return;
    const entry = JSON.parse(json) as Entry;
    // Whoever wrote the file, nothing outside is touched.
    if (isCovered(entry.path)) yield entry;
  }
}

async function writeWhole(file: number, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length;) written += (await writeAsync(file, bytes, written)).bytesWritten;
}

/** Collected or set aside meanwhile: then there is nothing to keep. */
function flushIfThere(path: string): void {
  try {
    const file = openSync(path, 'r');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

/** Node has no syncfs(2); coreutils has. False where it fails, is missing, or takes too long. */
function syncFileSystem(directory: string): Promise<boolean> {
  return new Promise((resolve) => {
    const sync = spawn('sync', ['-f', directory], { stdio: 'ignore', timeout: LONGEST_SYNC_MS });
    sync.once('error', () => { resolve(false); });
    sync.once('exit', (code) => { resolve(code === 0); });
  });
}
