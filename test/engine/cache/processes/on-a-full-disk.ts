// Fills the disk of a cache directory, then frees some of it. Prints what happened as one line of JSON.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCache } from '../../../../src/engine/cache/open-cache.js';

const [directory = '', elsewhere = ''] = process.argv.slice(2);
const cache = await openCache(directory);
const small = await cache.store.putBytes(Buffer.from('small'));
const big = join(elsewhere, 'big');
writeFileSync(big, Buffer.alloc(8 << 20, 1));
const tree = join(elsewhere, 'tree');
mkdirSync(tree);
for (const name of ['a', 'b', 'c']) writeFileSync(join(tree, name), Buffer.alloc(2 << 20, name));

const failures: string[] = [];
const failing: readonly (() => Promise<unknown>)[] = [
  () => cache.store.adopt(big),
  () => cache.store.snapshot(big),
  () => cache.store.putBytes(Buffer.alloc(8 << 20, 2)),
  () => cache.store.snapshot(tree),
];
for (const attempt of failing) await attempt().catch((error: unknown) => failures.push(String(error)));
const { corrupt } = await cache.store.verify();
const later = await cache.store.putBytes(Buffer.from('fits again'));
process.stdout.write(`${JSON.stringify({
  failures, corrupt, temporaries: readdirSync(join(directory, 'tmp')),
  usable: [await cache.store.check(small), await cache.store.check(later)],
})}\n`);
await cache.close();
