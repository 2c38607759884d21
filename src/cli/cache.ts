import { collect, defaultBudget } from '../engine/cache/collection.js';
import { takeInventory, type Inventory } from '../engine/cache/collection-inventory.js';
import { Layout } from '../engine/cache/layout.js';
import { count, duration, size } from '../reporters/format.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { withCache } from './planning.js';
import type { Shell } from './shell.js';
import { table } from './table.js';

interface CacheOptions {
  readonly cacheDir?: string;
}

/** `pipelines cache verify`: hashes every object. It repairs nothing; the next run does, by computing again what is corrupt. */
export function cacheVerifyVerb(options: CacheOptions, shell: Shell): Promise<ExitCode> {
  return withCache(options, shell, async (cache) => {
    const { objects, bytes, corrupt } = await cache.store.verify();
    shell.stdout.write(`${cache.directory}: ${count(objects, 'object')}, ${size(bytes)}, ${corrupt.length} corrupt\n`);
    for (const digest of corrupt) shell.stdout.write(`corrupt ${digest}\n`);
    return corrupt.length === 0 ? exitCode.ok : exitCode.cacheCorrupt;
  });
}

/** `pipelines cache stat`: what the cache holds, and whose it is. */
export function cacheStatVerb(options: CacheOptions & { readonly json?: boolean }, shell: Shell): Promise<ExitCode> {
  return withCache(options, shell, async (cache) => {
    const inventory = await takeInventory(new Layout(cache.directory));
    const unnamed = await collect(cache, { dryRun: true, now: shell.now });
    const statistics = {
      directory: cache.directory,
      objects: inventory.blobs.size,
      bytes: [...inventory.blobs.values()].reduce((sum, { bytes }) => sum + bytes, 0),
      treeCopyBytes: inventory.trees.reduce((sum, { bytes }) => sum + bytes, 0),
      results: inventory.results.length,
      budgetBytes: defaultBudget(cache.directory),
      unnamedBytes: unnamed.kind === 'collected' ? unnamed.orphans.bytes : null,
      pipelines: sharesOf(inventory, ({ pipeline }) => pipeline),
      kinds: sharesOf(inventory, ({ kind }) => kind),
    };
    shell.stdout.write(options.json ? `${JSON.stringify(statistics, null, 2)}\n` : statisticsText(statistics));
    return exitCode.ok;
  });
}

interface Share {
  readonly name: string;
  readonly results: number;
  /** Each object once, however many of its results have it. */
  readonly bytes: number;
  /** Of this, what nothing else has. */
  readonly ownBytes: number;
  /** To make all of it again, one after the other, milliseconds. */
  readonly remakeMs: number;
}

type StoredResult = Inventory['results'][number];

/** The largest first. What several have counts for each of them, so the shares may sum to more than the cache. */
function sharesOf({ results, blobs }: Inventory, nameOf: (result: StoredResult) => string): Share[] {
  const groups = new Map<string, { readonly results: StoredResult[]; readonly digests: Set<string> }>();
  for (const result of results) {
    const group = groups.get(nameOf(result)) ?? { results: [], digests: new Set() };
    groups.set(nameOf(result), group);
    group.results.push(result);
    for (const digest of result.blobs) group.digests.add(digest);
  }
  const owners = new Map<string, number>();
  for (const { digests } of groups.values()) for (const digest of digests) owners.set(digest, (owners.get(digest) ?? 0) + 1);
  const bytesOf = (digests: readonly string[]): number => digests.reduce((sum, digest) => sum + (blobs.get(digest)?.bytes ?? 0), 0);
  return [...groups].map(([name, group]): Share => ({
    name, results: group.results.length,
    bytes: bytesOf([...group.digests]),
    ownBytes: bytesOf([...group.digests].filter((digest) => owners.get(digest) === 1)),
    remakeMs: group.results.reduce((sum, { durationMs }) => sum + durationMs, 0),
  })).sort((one, other) => other.bytes - one.bytes);
}

interface Statistics {
  readonly directory: string;
  readonly objects: number;
  readonly bytes: number;
  readonly treeCopyBytes: number;
  readonly results: number;
  readonly budgetBytes: number;
  readonly unnamedBytes: number | null;
  readonly pipelines: readonly Share[];
  readonly kinds: readonly Share[];
}

function statisticsText({ directory, objects, bytes, treeCopyBytes, results, budgetBytes, unnamedBytes, pipelines, kinds }: Statistics): string {
  return [
    `${directory}: ${count(objects, 'object')}, ${size(bytes)}, ${count(results, 'result')}\n`,
    ...(treeCopyBytes > 0 ? [`folders in trees/ take another ${size(treeCopyBytes)}: files that cannot be links\n`] : []),
    `"pipelines cache gc" holds it to ${size(budgetBytes)}${unnamedBytes !== null && unnamedBytes > 0 ? `; ${size(unnamedBytes)} are named by nothing, and go first` : ''}\n`,
    sharesText('pipeline', pipelines), sharesText('kind', kinds),
  ].join('');
}

function sharesText(title: string, shares: readonly Share[]): string {
  if (shares.length === 0) return '';
  const rows = shares.map(({ name, results, bytes, ownBytes, remakeMs }) => [name, count(results, 'result'), size(bytes), size(ownBytes), duration(remakeMs)]);
  return `\n${table([[title, 'results', 'size', 'of its own', 'to remake'], ...rows])}`;
}
