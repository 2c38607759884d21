import type { Digest } from '../action-record.js';
import type { Inventory, StoredResult } from './collection-inventory.js';

/** What a collection may take. Without `maxAgeMs` and `maxBytes` it takes only what nothing names. */
export interface CollectionLimits {
  /** Results that nobody has used for so long go. */
  readonly maxAgeMs?: number;
  /** Results go, the cheapest to remake per byte first, until the cache is no larger. */
  readonly maxBytes?: number;
}

export interface ChoiceContext extends CollectionLimits {
  readonly now: number;
  /** Whatever was made or changed since is left alone: a process may be about to name it. Milliseconds since the epoch. */
  readonly freshSince: number;
  /** Fingerprints and digests that are kept whatever the limits: pinned, in use, of a pipeline that the user named. */
  readonly keep: ReadonlySet<Digest>;
  /** When runs used a fingerprint, as far as their folders are at hand. */
  readonly usedAt: ReadonlyMap<Digest, number>;
}

export interface ChosenResult {
  readonly result: StoredResult;
  readonly because: 'unused' | 'over-budget';
  /** Whether it is some task's latest result. */
  readonly latest: boolean;
  /** What its going frees, when those before it in the list have gone. */
  readonly frees: number;
}

export interface LooseBlobs {
  readonly objects: number;
  readonly bytes: number;
}

export interface Choice {
  /** In the order in which they go. */
  readonly results: readonly ChosenResult[];
  /** Copies of the user's files that no remaining result was made from, or that there is no room for; made again when a plan reads them. */
  readonly copies: LooseBlobs;
  /** Blobs that nothing named, not even before: a run that was killed, or a result that was taken, left them. */
  readonly orphans: LooseBlobs;
  /** Everything that goes, those of the results included. */
  readonly blobs: ReadonlySet<Digest>;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** As in the context: whatever was made or changed since is left alone. */
  readonly freshSince: number;
}

/** Decides what goes. Pure: the same inventory and limits give the same choice. */
export function choose(inventory: Inventory, context: ChoiceContext): Choice {
  const holdings = new Holdings(inventory, context);
  const unused = holdings.candidates.filter((item) => item.kind === 'result' && isUnused(item.result, context));
  const taken: Taken[] = unused.map((item) => ({ item, because: 'unused' }));
  for (const item of unused) holdings.release(item);
  holdings.releaseCopiesWithoutResult();
  if (context.maxBytes !== undefined) taken.push(...evict(holdings, holdings.candidates.filter(({ latest }) => !latest), context.maxBytes));
  if (context.maxBytes !== undefined) taken.push(...evict(holdings, holdings.candidates, context.maxBytes));
  return choiceOf(inventory, holdings, taken, context);
}

/** Something that can go as a whole: a result, or the copy of one of the user's files or folders. */
type Item = { readonly blobs: readonly Digest[]; readonly latest: boolean; readonly ownBytes: number; readonly remakeMs: number }
  & ({ readonly kind: 'result'; readonly result: StoredResult } | { readonly kind: 'copy'; readonly digest: Digest; readonly madeFrom: readonly Item[] });

interface Taken {
  readonly item: Item;
  readonly because: ChosenResult['because'];
}

/** Who holds what. A blob is freed when its last holder is released; a blob with a holder that stays never is. */
class Holdings {
  readonly #items: readonly Item[];
  readonly #released = new Set<Item>();
  /** Blob -> how many that may go still hold it. */
  readonly #holders = new Map<Digest, number>();
  readonly #staying: ReadonlySet<Digest>;
  readonly #sizes: ReadonlyMap<Digest, number>;
  readonly bytesBefore: number;
  #bytes: number;

  constructor(inventory: Inventory, context: ChoiceContext) {
    this.#sizes = sizesOf(inventory);
    const { results } = inventory;
    const outputs = new Set(results.flatMap(({ blobs }) => blobs));
    const copiesOf = (result: StoredResult): Digest[] => result.inputs.filter((digest) => !outputs.has(digest) && inventory.blobs.has(digest));
    const stays = (result: StoredResult): boolean => context.keep.has(result.fingerprint) || result.writtenMs >= context.freshSince;
    const treeAndBlobs = (digest: Digest): Digest[] => [digest, ...inventory.blobsOfTree(digest) ?? []];

    this.#staying = new Set([
      ...results.filter(stays).flatMap((result) => [...result.blobs, ...copiesOf(result).flatMap(treeAndBlobs)]),
      ...[...context.keep].flatMap(treeAndBlobs),
      ...[...inventory.blobs].flatMap(([digest, { changedMs }]) => (changedMs >= context.freshSince ? [digest] : [])),
    ]);
    const ofResults = results.filter((result) => !stays(result)).map((result): Item => (
      { kind: 'result', result, blobs: result.blobs, latest: inventory.latest.has(result.fingerprint), ownBytes: result.bytes, remakeMs: result.durationMs }));
    const madeFrom = new Map<Digest, Item[]>();
    for (const item of ofResults) {
      if (item.kind === 'result') for (const digest of copiesOf(item.result)) madeFrom.set(digest, [...madeFrom.get(digest) ?? [], item]);
    }
    const copies = [...madeFrom].map(([digest, items]): Item => (
      { kind: 'copy', digest, madeFrom: items, blobs: treeAndBlobs(digest), latest: items.some(({ latest }) => latest), ownBytes: 0, remakeMs: 0 }));
    this.#items = [...ofResults, ...copies];
    for (const digest of this.#items.flatMap(({ blobs }) => blobs)) this.#holders.set(digest, (this.#holders.get(digest) ?? 0) + 1);

    this.bytesBefore = [...this.#sizes.values()].reduce((sum, bytes) => sum + bytes, 0) + results.reduce((sum, { bytes }) => sum + bytes, 0);
    const orphaned = [...this.#sizes].filter(([digest]) => this.isGone(digest)).reduce((sum, [, bytes]) => sum + bytes, 0);
    this.#bytes = this.bytesBefore - orphaned;
  }

  /** What may still go. */
  get candidates(): readonly Item[] {
    return this.#items.filter((item) => !this.#released.has(item));
  }

  /** Of everything that is left. */
  get bytes(): number {
    return this.#bytes;
  }

  isGone(digest: Digest): boolean {
    return !this.#staying.has(digest) && (this.#holders.get(digest) ?? 0) === 0;
  }

  /** Milliseconds to make it again for each byte that it takes up; of what it shares, its part. */
  worth(item: Item): number {
    const bytes = item.blobs.reduce((sum, digest) => (this.#staying.has(digest) ? sum : sum + this.sizeOf(digest) / (this.#holders.get(digest) ?? 1)), item.ownBytes);
    return item.remakeMs / bytes;
  }

  release(item: Item): void {
    this.#released.add(item);
    this.#bytes -= item.ownBytes;
    for (const digest of item.blobs) {
      this.#holders.set(digest, (this.#holders.get(digest) ?? 0) - 1);
      if (this.isGone(digest)) this.#bytes -= this.sizeOf(digest);
    }
  }

  /** The inverse of `release`, when what it needs fits. */
  keepIfItFits(item: Item, maxBytes: number): boolean {
    const missing = item.blobs.filter((digest) => this.isGone(digest));
    const needed = missing.reduce((sum, digest) => sum + this.sizeOf(digest), item.ownBytes);
    if (this.#bytes + needed > maxBytes) return false;
    this.#released.delete(item);
    this.#bytes += needed;
    for (const digest of item.blobs) this.#holders.set(digest, (this.#holders.get(digest) ?? 0) + 1);
    return true;
  }

  releaseCopiesWithoutResult(): void {
    for (const item of this.candidates) {
      if (item.kind === 'copy' && item.madeFrom.every((result) => this.#released.has(result))) this.release(item);
    }
  }

  sizeOf(digest: Digest): number {
    return this.#sizes.get(digest) ?? 0;
  }
}

/** A tree's copies count with the blob that it shows. */
function sizesOf({ blobs, trees }: Inventory): Map<Digest, number> {
  const sizes = new Map([...blobs].map(([digest, { bytes }]) => [digest, bytes]));
  for (const { of, bytes } of trees) if (of !== undefined) sizes.set(of, (sizes.get(of) ?? 0) + bytes);
  return sizes;
}

function isUnused(result: StoredResult, { maxAgeMs, now, usedAt }: ChoiceContext): boolean {
  if (maxAgeMs === undefined) return false;
  return Math.max(result.usedMs, usedAt.get(result.fingerprint) ?? 0) < now - maxAgeMs;
}

/**
 * Releases the least worthy until the rest fits. In rounds, each for half of what is still too much: what two hold is
 * worth more to the one that is left. Then whatever turned out to fit after all comes back, the most worthy first.
 */
function evict(holdings: Holdings, candidates: readonly Item[], maxBytes: number): Taken[] {
  const taken: Taken[] = [];
  let remaining = candidates;
  while (holdings.bytes > maxBytes && remaining.length > 0) {
    const target = (holdings.bytes + maxBytes) / 2;
    const ordered = remaining.map((item) => ({ item, worth: holdings.worth(item) })).sort((one, other) => one.worth - other.worth);
    let released = 0;
    do {
      const next = ordered[released];
      if (next === undefined) break;
      holdings.release(next.item);
      taken.push({ item: next.item, because: 'over-budget' });
      released += 1;
    } while (holdings.bytes > target);
    remaining = ordered.slice(released).map(({ item }) => item);
  }
  const back = new Set(taken.toReversed().filter(({ item }) => holdings.keepIfItFits(item, maxBytes)));
  holdings.releaseCopiesWithoutResult();
  return taken.filter((each) => !back.has(each));
}

function choiceOf(inventory: Inventory, holdings: Holdings, taken: readonly Taken[], { freshSince }: ChoiceContext): Choice {
  const gone = new Set([...inventory.blobs.keys()].filter((digest) => holdings.isGone(digest)));
  const unclaimed = new Set(gone);
  const results = taken.flatMap(({ item, because }): ChosenResult[] => {
    if (item.kind === 'copy') return [];
    const freed = item.blobs.filter((digest) => unclaimed.delete(digest));
    return [{ result: item.result, because, latest: item.latest, frees: freed.reduce((sum, digest) => sum + holdings.sizeOf(digest), item.ownBytes) }];
  });
  const inputs = new Set(inventory.results.flatMap((result) => result.inputs.flatMap((digest) => [digest, ...inventory.blobsOfTree(digest) ?? []])));
  const loose = (digests: readonly Digest[]): LooseBlobs => ({ objects: digests.length, bytes: digests.reduce((sum, digest) => sum + holdings.sizeOf(digest), 0) });
  return {
    results, blobs: gone, freshSince,
    copies: loose([...unclaimed].filter((digest) => inputs.has(digest))),
    orphans: loose([...unclaimed].filter((digest) => !inputs.has(digest))),
    bytesBefore: holdings.bytesBefore, bytesAfter: holdings.bytes,
  };
}
