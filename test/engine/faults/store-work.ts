import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionRecord, StoredObject } from '../../../src/engine/action-record.js';
import { openCache } from '../../../src/engine/cache/open-cache.js';
import type { Cache } from '../../../src/engine/store.js';
import { recordOf, writeTree } from '../cache/rig.js';
import type { FaultyFileSystem } from './file-system.js';

/** What the store has said is done. */
export interface Ledger {
  /** Each with the records of which one must be found: while a record is replaced, either. */
  readonly committed: Map<string, readonly ActionRecord[]>;
  /** Objects of which a bit was flipped. */
  readonly damaged: Set<string>;
}

export function emptyLedger(): Ledger {
  return { committed: new Map(), damaged: new Set() };
}

export function writeInputs(folder: string): void {
  writeTree(join(folder, 'input'), { a: 'one', 'b/c': 'two', 'b/run': ['three'], 'empty/': '' });
  writeFileSync(join(folder, 'input.txt'), 'the user\'s');
}

/** Everything that can be done with a cache, on its own: snapshot, adopt, put, commit, replace, remember, open, quarantine, leases, close. */
export async function useStore(folder: string, ledger: Ledger, disk: FaultyFileSystem): Promise<void> {
  const cache = await openCache(join(folder, 'cache'), { leases: 'files', leaseTimes: { beatMs: 1_000, staleMs: 30_000, pollMs: 1 } });
  try {
    await useOpened(folder, cache, ledger, disk);
  } finally {
    await cache.close();
  }
}

async function useOpened(folder: string, cache: Cache, ledger: Ledger, disk: FaultyFileSystem): Promise<void> {
  const { store, actions } = cache;
  const made = (text: string): Promise<Record<string, StoredObject>> => adopted(cache, disk, text);
  const lease = await cache.leases.acquire('1'.repeat(64));
  const inputs = { file: await store.snapshot(join(folder, 'input.txt')), tree: await store.snapshot(join(folder, 'input')) };

  const first = recordOf(await made('first'), { parameters: { number: 1 } });
  await committing(ledger, first, () => actions.commit(first));
  await actions.remember('pipeline', 'task', first.fingerprint);
  // The same fingerprint gives other bytes: the first result stays.
  await actions.commit(recordOf(await made('first, differing'), { parameters: { number: 1 } }));

  const second = recordOf(await made('second'), { parameters: { number: 2 } });
  await committing(ledger, second, () => actions.commit(second));
  const better = { ...second, outputs: await made('second, made again') };
  await committing(ledger, better, () => actions.replace(better));

  await store.open(inputs.tree);
  for (const output of Object.values(first.outputs)) await store.openAs(output, 'name.txt');
  ledger.damaged.add(inputs.file.digest);
  await repaired(cache, disk, inputs.file);
  if (lease.kind === 'held') await lease.release();
}

async function committing(ledger: Ledger, record: ActionRecord, commit: () => Promise<unknown>): Promise<void> {
  const before = ledger.committed.get(record.fingerprint);
  if (before !== undefined) ledger.committed.set(record.fingerprint, [...before, record]);
  await commit();
  ledger.committed.set(record.fingerprint, [record]);
}

/** As a task makes it: in scratch, then adopted. */
async function adopted(cache: Cache, disk: FaultyFileSystem, text: string): Promise<Record<string, StoredObject>> {
  const scratch = await cache.scratch();
  const file = join(scratch.path, 'file');
  disk.aside(() => {
    writeFileSync(file, text);
    writeTree(join(scratch.path, 'tree'), { part: text, shared: 'the same in all', 'deep/run': [`#! ${text}`] });
  });
  const outputs = { file: await cache.store.adopt(file), tree: await cache.store.adopt(join(scratch.path, 'tree')), bytes: await cache.store.putBytes(Buffer.from(`log of ${text}`)) };
  await scratch.remove();
  return outputs;
}

/** A bit of it flips; it is set aside and put again. */
async function repaired(cache: Cache, disk: FaultyFileSystem, object: StoredObject): Promise<void> {
  const path = join(cache.directory, 'objects', object.digest.slice(0, 2), object.digest.slice(2));
  const content = readFileSync(path);
  disk.aside(() => {
    chmodSync(path, 0o600);
    writeFileSync(path, content.map((byte) => byte ^ 1));
  });
  await cache.store.quarantine(object.digest);
  await cache.store.putBytes(content);
}
