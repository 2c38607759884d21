import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose, type ChoiceContext } from '../../../src/engine/cache/collection-choice.js';
import type { Inventory, StoredResult } from '../../../src/engine/cache/collection-inventory.js';
import { digestOf } from '../../../src/engine/fingerprint.js';

const hour = 3_600_000;
const now = 1_000 * hour;

interface Made {
  readonly blobs: Readonly<Record<string, number>>;
  readonly results: readonly (Partial<StoredResult> & { readonly task: string })[];
  readonly latest?: readonly string[];
}

/** Blobs and results by short names; everything was made long ago. */
function inventoryOf({ blobs, results, latest = [] }: Made): Inventory {
  return {
    blobs: new Map(Object.entries(blobs).map(([name, bytes], inode) => [digestOf(name), { bytes, inode, mtimeMs: 0, changedMs: 0 }])),
    results: results.map((result): StoredResult => ({
      fingerprint: digestOf(`result ${result.task}`), kind: 'k', pipeline: 'p', run: 'r', finishedAt: '', durationMs: 0, bytes: 0, inputs: [], writtenMs: 0, usedMs: 0,
      ...result, blobs: (result.blobs ?? []).map(digestOf), ...(result.inputs && { inputs: result.inputs.map(digestOf) }),
    })),
    trees: [], latest: new Set(latest.map((task) => digestOf(`result ${task}`))), blobsOfTree: () => undefined,
  };
}

function chosen(made: Made, limits: Partial<ChoiceContext> & { readonly pinned?: readonly string[] }) {
  const { pinned = [], ...context } = limits;
  const choice = choose(inventoryOf(made), { now, freshSince: now - hour, usedAt: new Map(), keep: new Set(pinned.map((task) => digestOf(`result ${task}`))), ...context });
  return { ...choice, tasks: choice.results.map(({ result }) => result.task) };
}

describe('what a collection chooses', () => {
  it('takes nothing but what nothing names when there is no limit', () => {
    const choice = chosen({ blobs: { used: 10, orphan: 7 }, results: [{ task: 'a', blobs: ['used'] }] }, {});
    expect(choice).toMatchObject({ tasks: [], orphans: { objects: 1, bytes: 7 }, bytesBefore: 17, bytesAfter: 10 });
  });

  it('takes a large corpus that is made in seconds before a small model that took hours', () => {
    const made = { blobs: { corpus: 2e9, model: 20e6 }, results: [{ task: 'corpus', blobs: ['corpus'], durationMs: 8_000, usedMs: now }, { task: 'model', blobs: ['model'], durationMs: 3 * hour }] };
    expect(chosen(made, { maxBytes: 1e9 }).tasks).toEqual(['corpus']);
  });

  it('takes the latest result of a task last, however cheap it is', () => {
    const made = { blobs: { old: 10, new: 10 }, results: [{ task: 'old', blobs: ['old'], durationMs: hour }, { task: 'new', blobs: ['new'], durationMs: 1 }], latest: ['new'] };
    expect(chosen(made, { maxBytes: 10 }).tasks).toEqual(['old']);
    expect(chosen(made, { maxBytes: 5 }).tasks).toEqual(['old', 'new']);
  });

  it('counts what two results share once, and frees it only with the second', () => {
    const made = { blobs: { shared: 100, own: 1 }, results: [{ task: 'a', blobs: ['shared'], durationMs: 1 }, { task: 'b', blobs: ['shared', 'own'], durationMs: 2 }] };
    expect(chosen(made, {}).bytesBefore).toBe(101);
    expect(chosen(made, { maxBytes: 0 }).results.map(({ frees }) => frees).sort()).toEqual([1, 100]);
  });

  it('gives back what turned out to fit after all', () => {
    // To free 60 bytes, the cheap 10 go first and the 100 after them; then the 10 were not needed.
    const made = { blobs: { cheap: 10, big: 100 }, results: [{ task: 'cheap', blobs: ['cheap'], durationMs: 1 }, { task: 'big', blobs: ['big'], durationMs: 1_000 }] };
    expect(chosen(made, { maxBytes: 50 }).tasks).toEqual(['big']);
  });

  it('takes by age what neither the file system nor a run says was used', () => {
    const made = { blobs: { a: 1, b: 1, c: 1 }, results: [{ task: 'read', blobs: ['a'], usedMs: now - hour }, { task: 'run', blobs: ['b'] }, { task: 'neither', blobs: ['c'] }] };
    expect(chosen(made, { maxAgeMs: 24 * hour, usedAt: new Map([[digestOf('result run'), now - 2 * hour]]) }).tasks).toEqual(['neither']);
  });

  it('keeps the copies of the user\'s files as long as a result was made from them, and not longer', () => {
    const made = { blobs: { copy: 50, out: 1 }, results: [{ task: 'a', blobs: ['out'], inputs: ['copy'] }] };
    expect(chosen(made, {}).blobs.size).toBe(0);
    expect(chosen(made, { maxAgeMs: hour })).toMatchObject({ tasks: ['a'], copies: { objects: 1, bytes: 50 } });
  });

  it('does not hold an output for the sake of a result made from it', () => {
    const made = { blobs: { corpus: 100, model: 1 }, results: [{ task: 'corpus', blobs: ['corpus'], durationMs: 1 }, { task: 'model', blobs: ['model'], inputs: ['corpus'], durationMs: hour }] };
    expect(chosen(made, { maxBytes: 10 })).toMatchObject({ tasks: ['corpus'], bytesAfter: 1 });
  });

  it('leaves alone what is pinned, and what is younger than the grace period', () => {
    const made = { blobs: { a: 1, b: 1, c: 1 }, results: [{ task: 'pinned', blobs: ['a'] }, { task: 'young', blobs: ['b'], writtenMs: now - 1 }, { task: 'old', blobs: ['c'] }] };
    expect(chosen(made, { maxBytes: 0, maxAgeMs: 0, pinned: ['pinned'] }).tasks).toEqual(['old']);
  });

  it('holds for any cache: kept results are whole, the sums agree, and it stops only when nothing more may go', () => {
    const anyResult = fc.record({ blobs: fc.uniqueArray(fc.nat(9), { maxLength: 4 }), durationMs: fc.nat(100), latest: fc.boolean(), pinned: fc.boolean(), young: fc.boolean() });
    fc.assert(fc.property(fc.array(fc.nat(1_000), { minLength: 10, maxLength: 10 }), fc.array(anyResult, { maxLength: 8 }), fc.nat(4_000), (sizes, results, maxBytes) => {
      const made: Made = {
        blobs: Object.fromEntries(sizes.map((bytes, index) => [`b${index}`, bytes])),
        results: results.map(({ blobs, durationMs, young }, index) => ({ task: String(index), durationMs, bytes: 3, writtenMs: young ? now : 0, blobs: blobs.map((blob) => `b${blob}`) })),
        latest: results.flatMap(({ latest }, index) => (latest ? [String(index)] : [])),
      };
      const pinned = results.flatMap((result, index) => (result.pinned ? [String(index)] : []));
      const choice = chosen(made, { maxBytes, pinned });
      const gone = new Set(choice.tasks);
      const kept = results.map((result, index) => ({ ...result, task: String(index) })).filter(({ task }) => !gone.has(task));

      for (const { blobs } of kept) for (const blob of blobs) expect(choice.blobs.has(digestOf(`b${blob}`))).toBe(false);
      for (const { task, pinned: isPinned, young } of results.map((result, index) => ({ ...result, task: String(index) }))) if (isPinned || young) expect(gone.has(task)).toBe(false);
      const freed = [...choice.results.map(({ frees }) => frees), choice.copies.bytes, choice.orphans.bytes].reduce((sum, bytes) => sum + bytes, 0);
      expect(choice.bytesBefore - choice.bytesAfter).toBe(freed);
      if (choice.bytesAfter > maxBytes) expect(kept.every(({ pinned: isPinned, young }) => isPinned || young)).toBe(true);
    }));
  });
});
