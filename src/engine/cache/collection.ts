import { readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../action-record.js';
import { digestOf } from '../fingerprint.js';
import type { Cache } from '../store.js';
import { choose, type Choice, type CollectionLimits } from './collection-choice.js';
import { takeInventory, type Inventory } from './collection-inventory.js';
import { sweep } from './collection-sweep.js';
import { naming } from './errors.js';
import { Layout, namesIn } from './layout.js';
import { pinsIn } from './pins.js';
import { bytesStored } from './usage.js';
import { usesIn } from './uses.js';

export interface CollectionOptions extends CollectionLimits {
  /** What is younger is left alone. Default one hour, which is safe beside any process; less may cost one that is only planning some work. */
  readonly graceMs?: number;
  /** Fingerprints to keep, besides those that are pinned or in use. */
  readonly keep?: Iterable<Digest>;
  /** When runs used a fingerprint, milliseconds since the epoch: from their folders, which are not in the cache. */
  readonly usedAt?: ReadonlyMap<Digest, number>;
  /** Says what would go, and leaves it. */
  readonly dryRun?: boolean;
  readonly now?: () => number;
}

export interface Collection extends Choice {
  /** Other files that go: plans and damaged objects that were set aside. */
  readonly leftovers: { readonly files: number; readonly bytes: number };
}

export type CollectionResult =
  | ({ readonly kind: 'collected' } & Collection)
  /** Another process collects in this cache. */
  | { readonly kind: 'busy'; readonly holder: string };

/** The lease of whoever collects. */
export const COLLECTING = digestOf('pipelines/collection');

const GRACE_MS = 60 * 60 * 1_000;
/** A file in `plans/` or `corrupt/` that nobody has touched for so long. */
const LEFTOVERS_KEPT_MS = 30 * 24 * 60 * 60 * 1_000;

/**
 * Marks what is kept and sweeps the rest. Safe beside running processes: what they announced, and whatever was made or
 * found since the oldest of them began, stays; each file is looked at again as it goes.
 * @throws ReadOnlyCacheError
 */
export async function collect(cache: Cache, options: CollectionOptions = {}): Promise<CollectionResult> {
  const layout = new Layout(cache.directory);
  if (options.dryRun === true) return { kind: 'collected', ...(await plan(layout, options)).collection };
  const lease = await cache.leases.acquire(COLLECTING);
  if (lease.kind === 'busy') return lease;
  try {
    return await naming(layout.root, async () => {
      const { collection, inventory, leftovers } = await plan(layout, options);
      await sweep(layout, inventory, collection, () => usesIn(layout, (options.now ?? Date.now)()));
      for (const { path } of leftovers) rmSync(path, { recursive: true, force: true });
      return { kind: 'collected', ...collection };
    });
  } finally {
    await lease.release();
  }
}

async function plan(layout: Layout, options: CollectionOptions): Promise<{ collection: Collection; inventory: Inventory; leftovers: readonly Leftover[] }> {
  const { graceMs = GRACE_MS, keep = [], usedAt = new Map<Digest, number>(), now = Date.now } = options;
  const at = now();
  const uses = usesIn(layout, at);
  const used = uses.flatMap(({ digests }) => digests);
  const pinned = pinsIn(layout.root).flatMap(({ results }) => Object.values(results));
  const inventory = await takeInventory(layout, used);
  const choice = choose(inventory, {
    ...options, now: at, usedAt,
    freshSince: Math.min(at - graceMs, ...uses.map(({ startedAt }) => startedAt - GRACE_MS)),
    keep: new Set([...keep, ...pinned, ...used]),
  });
  const leftovers = leftoversIn(layout, at - Math.min(LEFTOVERS_KEPT_MS, options.maxAgeMs ?? LEFTOVERS_KEPT_MS));
  return { inventory, leftovers, collection: { ...choice, leftovers: { files: leftovers.length, bytes: leftovers.reduce((sum, { bytes }) => sum + bytes, 0) } } };
}

interface Leftover {
  readonly path: string;
  readonly bytes: number;
}

function leftoversIn({ root }: Layout, before: number): Leftover[] {
  return ['plans', 'corrupt'].flatMap((folder) => namesIn(join(root, folder)).flatMap((name) => {
    const path = join(root, folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined || stats.mtimeMs >= before ? [] : [{ path, bytes: stats.isDirectory() ? bytesBelow(path) : stats.size }];
  }));
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce((sum, entry) => {
    const stats = entry.isFile() ? statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false }) : undefined;
    return sum + (stats?.size ?? 0);
  }, 0);
}

const LARGEST_BUDGET_BYTES = 20e9;
const SHARE_OF_DISK = 0.1;

/** What a cache may take up when nobody says otherwise, bytes: 20 GB, or a tenth of its disk where that is less. */
export function defaultBudget(directory: string): number {
  const { blocks, bsize } = statfsSync(directory);
  return Math.min(LARGEST_BUDGET_BYTES, Math.floor(blocks * bsize * SHARE_OF_DISK));
}

/** What to tell at the end of a run when the cache has outgrown its default budget. Cheap: only folders that changed are looked through. */
export async function overBudget(directory: string, now: number): Promise<{ readonly bytes: number; readonly budgetBytes: number } | undefined> {
  const [bytes, budgetBytes] = [await bytesStored(directory, now), defaultBudget(directory)];
  return bytes > budgetBytes ? { bytes, budgetBytes } : undefined;
}
