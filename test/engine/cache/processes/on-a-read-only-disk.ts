// Uses a cache directory that may only be read. Arguments: cache directory, fingerprint. Prints what happened as one line of JSON.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCache } from '../../../../src/engine/cache/open-cache.js';

const [directory = '', fingerprint = ''] = process.argv.slice(2);
const cache = await openCache(directory);
const record = await cache.actions.lookup(fingerprint);
const file = record?.outputs['file'];
const tree = record?.outputs['tree'];
if (record === undefined || file === undefined || tree === undefined) throw new Error('not found');
const read = [readFileSync(await cache.store.open(file), 'utf8'), readFileSync(join(await cache.store.open(tree), 'a'), 'utf8')];
const name = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
await cache.actions.remember('another pipeline', 'task', fingerprint);
process.stdout.write(`${JSON.stringify({
  read,
  checked: await cache.store.check(tree),
  put: await cache.store.putBytes(Buffer.from('new')).catch(name),
  scratch: await cache.scratch().catch(name),
  commit: await cache.actions.replace(record).catch(name),
})}\n`);
await cache.close();
