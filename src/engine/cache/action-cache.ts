import { existsSync, readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionRecord, Digest } from '../action-record.js';
import type { ActionCache } from '../store.js';
import { createFile, replaceFile, type Writing } from './atomic-write.js';
import { hasCode, naming } from './errors.js';
import { LatestLog } from './latest-log.js';
import { isDigest, shardedNames } from './layout.js';
import { parseRecordFile, parseRecordLines, recordFileOf } from './record-file.js';

/** Records as files of their own: ten thousand are read in a fraction of a second, so there is no index to keep in step. */
export class DiskActionCache implements ActionCache {
  readonly #latest: LatestLog;

  constructor(private readonly writing: Writing) {
    this.#latest = new LatestLog(writing);
  }

  async lookup(fingerprint: Digest): Promise<ActionRecord | undefined> {
    return this.lookupNow(fingerprint);
  }

  lookupNow(fingerprint: Digest): ActionRecord | undefined {
    const record = parseRecordFile(textOf(this.writing.layout.action(fingerprint)) ?? '');
    return record?.fingerprint === fingerprint ? record : undefined;
  }

  /** @throws DiskFullError, ReadOnlyCacheError */
  commit(record: ActionRecord): Promise<{ readonly kept: ActionRecord; readonly differing: readonly string[] }> {
    return this.#naming(async () => {
      const written = await createFile(this.writing, this.writing.layout.action(record.fingerprint), recordFileOf(record));
      if (written === 'created') return { kept: record, differing: [] };
      const kept = await this.lookup(record.fingerprint);
      if (kept === undefined) {
        // A power cut under `fast` tore it, or the disk garbled it: it is no result.
        await this.replace(record);
        return { kept: record, differing: [] };
      }
      const differing = differingOutputs(kept, record);
      // An accepted result was never computed: that another one is tells nothing about the task.
      if (differing.length > 0 && kept.accepted === undefined) await this.#appendDiffering(record);
      return { kept, differing };
    });
  }

  replace(record: ActionRecord): Promise<void> {
    return this.#naming(() => replaceFile(this.writing, this.writing.layout.action(record.fingerprint), recordFileOf(record)));
  }

  async differing(fingerprint: Digest): Promise<readonly ActionRecord[]> {
    return parseRecordLines(textOf(this.writing.layout.differing(fingerprint)) ?? '');
  }

  async latest(pipeline: string, task: string): Promise<ActionRecord | undefined> {
    const fingerprint = this.#latest.get(pipeline, task);
    return fingerprint === undefined ? undefined : this.lookup(fingerprint);
  }

  remember(pipeline: string, task: string, fingerprint: Digest): void {
    this.#latest.set(pipeline, task, fingerprint);
  }

  latestState(pipeline: string): string | null {
    return this.#latest.stateOf(pipeline);
  }

  /** Writes what is not on the disk yet. */
  close(): Promise<void> {
    return this.#latest.close();
  }

  async *records(): AsyncGenerator<ActionRecord> {
    for (const name of shardedNames(join(this.writing.layout.root, 'actions'))) {
      const fingerprint = name.slice(0, -'.json'.length);
      const record = name.endsWith('.json') && isDigest(fingerprint) ? await this.lookup(fingerprint) : undefined;
      if (record !== undefined) yield record;
    }
  }

  /** Each other result once, however often it comes. */
  async #appendDiffering(record: ActionRecord): Promise<void> {
    const known = await this.differing(record.fingerprint);
    if (known.some((other) => differingOutputs(other, record).length === 0)) return;
    // The first newline ends a line that a crash may have torn.
    await appendFile(this.writing.layout.differing(record.fingerprint), `\n${lineOf(record)}`);
  }

  #naming<T>(work: () => Promise<T>): Promise<T> {
    return naming(this.writing.layout.root, work);
  }
}

/** Names of outputs whose bytes are not the same in both, an output that only one has included. */
function differingOutputs(one: ActionRecord, other: ActionRecord): string[] {
  const names = new Set([...Object.keys(one.outputs), ...Object.keys(other.outputs)]);
  return [...names].filter((name) => one.outputs[name]?.digest !== other.outputs[name]?.digest).sort();
}

function lineOf(record: ActionRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** undefined also for what is no file, or cannot be read: then there is no record, and a new one takes its place. */
function textOf(path: string): string | undefined {
  // Mostly it is not there when something is to be run, and an exception takes longer than a look.
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'EACCES', 'EIO')) return undefined;
    throw error;
  }
}
