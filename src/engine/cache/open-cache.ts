import { existsSync, mkdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Cache } from '../store.js';
import { DiskActionCache } from './action-cache.js';
import { replaceFile, type Writing } from './atomic-write.js';
import { Blobs } from './blobs.js';
import { DiskContentStore } from './content-store.js';
import { CacheFormatError, hasCode, naming, ReadOnlyCacheError } from './errors.js';
import { Journal, replayJournals } from './journal.js';
import { FOLDERS, FORMAT, Layout } from './layout.js';
import { FileLeases, type LeaseFileTimes } from './lease-files.js';
import { SocketLeases, supportsSocketLeases } from './leases.js';
import { makeScratch, sweepLeftovers } from './scratch.js';
import { StatCache } from './stat-cache.js';
import { announceUse } from './uses.js';

export interface CacheOptions {
  /** Default `safe`: a power cut leaves no torn file behind a name. `fast` is for tests and throw-away caches. */
  readonly durability?: 'safe' | 'fast';
  /** Where digests of the user's files are remembered. Default `stat.jsonl` in the cache directory. */
  readonly statFile?: string;
  /** Reads every user's file every time instead of trusting its stat. */
  readonly paranoid?: boolean;
  /** False: never use hard links, as on a file system that has none. */
  readonly hardLinks?: boolean;
  /** Default: sockets where the system has abstract ones (Linux), else files. */
  readonly leases?: 'sockets' | 'files';
  readonly leaseTimes?: LeaseFileTimes;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Opens a cache directory, which is made when it is not there, and removes what dead processes left in it.
 * A directory that may only be read can be opened too: lookups and opening work, writes throw ReadOnlyCacheError.
 * @throws CacheFormatError, ReadOnlyCacheError, DiskFullError
 */
export async function openCache(directory: string, options: CacheOptions = {}): Promise<Cache> {
  const { durability = 'safe', hardLinks = true, paranoid = false, now = Date.now } = options;
  const layout = new Layout(resolve(directory));
  const journal = durability === 'safe' ? new Journal(layout) : undefined;
  const writing: Writing = { layout, durability, hardLinks, journal };
  await naming(layout.root, () => prepare(writing));
  await sweepLeftovers(layout, now);

  const stats = paranoid ? undefined : new StatCache(options.statFile ?? layout.stat, writing, now);
  const store = new DiskContentStore({ blobs: new Blobs(writing), stats, now });
  await recover(writing, store);
  const actions = new DiskActionCache(writing);
  const leases = await leasesOf(writing, options);
  return {
    directory: layout.root,
    store,
    actions,
    leases,
    scratch: () => naming(layout.root, () => makeScratch(layout)),
    use: (digests) => announceUse(writing, { startedAt: now(), digests }),
    async close() {
      await leases.close();
      await actions.close();
      await journal?.close();
      await stats?.close();
    },
  };
}

/** After a power cut. A cache that may only be read stays as it is: what is torn is found when it is read. */
async function recover(writing: Writing, store: DiskContentStore): Promise<void> {
  const { layout } = writing;
  try {
    await naming(layout.root, async () => {
      const put = (path: string, content: Buffer, mode: number): Promise<void> => replaceFile({ ...writing, journal: undefined }, path, content, mode);
      if (await replayJournals(layout, put)) await store.removeTornTrees();
    });
  } catch (error) {
    if (!(error instanceof ReadOnlyCacheError)) throw error;
  }
}

async function prepare(writing: Writing): Promise<void> {
  const { root, format } = writing.layout;
  try {
    if (!existsSync(root)) makeFolder(root);
    if (existsSync(format)) {
      const found = readFileSync(format, 'utf8').trim();
      // Empty after a power cut under `fast`: written again below.
      if (found === '') unlinkSync(format);
      else if (found !== FORMAT) throw new CacheFormatError(root, `its format is ${JSON.stringify(found)}, expected "${FORMAT}"`);
    }
    for (const folder of FOLDERS) {
      if (!existsSync(join(root, folder))) makeFolder(join(root, folder));
    }
    if (!existsSync(format)) await replaceFile(writing, format, `${FORMAT}\n`);
  } catch (error) {
    throw hasCode(error, 'ENOTDIR', 'EEXIST') ? new CacheFormatError(root, 'it is not a folder') : error;
  }
}

/** Node's recursive mkdir reports a read-only file system as ENOENT, so the last folder is tried alone first. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) mkdirSync(path, { recursive: true });
    // Another process may be opening the same new cache.
    else if (!hasCode(error, 'EEXIST') || !statSync(path).isDirectory()) throw error;
  }
}

async function leasesOf(writing: Writing, { leases, leaseTimes }: CacheOptions): Promise<SocketLeases | FileLeases> {
  const { root } = writing.layout;
  const sockets = leases === undefined ? await supportsSocketLeases(root) : leases === 'sockets';
  return sockets ? new SocketLeases(root) : new FileLeases(writing, leaseTimes);
}
