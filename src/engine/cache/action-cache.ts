import { readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionRecord, Digest } from '../action-record.js';
import type { ActionCache } from '../store.js';
import { createFile, replaceFile, type Writing } from './atomic-write.js';
import { hasCode, naming, ReadOnlyCacheError } from './errors.js';
import { isDigest, shardedNames } from './layout.js';

/** Records as files of their own: ten thousand are read in a fraction of a second, so there is no index to keep in step. */
export class DiskActionCache implements ActionCache {
  constructor(private readonly writing: Writing) {}

  async lookup(fingerprint: Digest): Promise<ActionRecord | undefined> {
    const [record] = recordsIn(this.writing.layout.action(fingerprint));
    return record?.fingerprint === fingerprint ? record : undefined;
  }

  /** @throws DiskFullError, ReadOnlyCacheError */
  commit(record: ActionRecord): Promise<{ readonly kept: ActionRecord; readonly differing: readonly string[] }> {
    return this.#naming(async () => {
      const written = await createFile(this.writing, this.writing.layout.action(record.fingerprint), lineOf(record));
      if (written === 'created') return { kept: record, differing: [] };
      const kept = await this.lookup(record.fingerprint);
      if (kept === undefined) {
        // A power cut under `fast` tore it: it never was a result.
        await this.replace(record);
        return { kept: record, differing: [] };
      }
      const differing = differingOutputs(kept, record);
      if (differing.length > 0) await this.#appendDiffering(record);
      return { kept, differing };
    });
  }

  replace(record: ActionRecord): Promise<void> {
    return this.#naming(() => replaceFile(this.writing, this.writing.layout.action(record.fingerprint), lineOf(record)));
  }

  async differing(fingerprint: Digest): Promise<readonly ActionRecord[]> {
    return recordsIn(this.writing.layout.differing(fingerprint));
  }

  async latest(pipeline: string, task: string): Promise<ActionRecord | undefined> {
    const fingerprint = this.#latestFingerprint(pipeline, task);
    return isDigest(fingerprint) ? this.lookup(fingerprint) : undefined;
  }

  async remember(pipeline: string, task: string, fingerprint: Digest): Promise<void> {
    // Almost always it is the same as before, and reading is cheaper than renaming.
    if (this.#latestFingerprint(pipeline, task) === fingerprint) return;
    const path = this.writing.layout.latest(pipeline, task);
    try {
      await this.#naming(() => replaceFile({ ...this.writing, durability: 'fast' }, path, fingerprint));
    } catch (error) {
      // Disposable: a cache that may only be read still answers.
      if (!(error instanceof ReadOnlyCacheError)) throw error;
    }
  }

  async *records(): AsyncGenerator<ActionRecord> {
    for (const name of shardedNames(join(this.writing.layout.root, 'actions'))) {
      const fingerprint = name.slice(0, -'.json'.length);
      const record = name.endsWith('.json') && isDigest(fingerprint) ? await this.lookup(fingerprint) : undefined;
      if (record !== undefined) yield record;
    }
  }

  #latestFingerprint(pipeline: string, task: string): string | undefined {
    return textOf(this.writing.layout.latest(pipeline, task));
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

function recordsIn(path: string): ActionRecord[] {
  const lines = textOf(path)?.split('\n') ?? [];
  return lines.flatMap((line) => parseRecord(line) ?? []);
}

/** undefined for what is no record: torn, or written by something else. A miss then, never a wrong result. */
function parseRecord(line: string): ActionRecord | undefined {
  if (line === '') return undefined;
  try {
    const record = JSON.parse(line) as Partial<ActionRecord> | null;
    const outputs = Object.values(record?.outputs ?? {});
    const usable = isDigest(record?.fingerprint) && isDigest(record.log) && typeof record.preimage === 'object'
      && typeof record.outputs === 'object' && outputs.every(({ type, digest, bytes }) => (type === 'file' || type === 'tree') && isDigest(digest) && bytes >= 0);
    return usable ? record as ActionRecord : undefined;
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
