// Commits an output that only this process makes under a fingerprint that all share. Arguments: cache directory, this racer's number.
import { openCache } from '../../../../src/engine/cache/open-cache.js';
import { digestOf } from '../../../../src/engine/fingerprint.js';

const [directory = '', number = ''] = process.argv.slice(2);
const cache = await openCache(directory);
const out = await cache.store.putBytes(Buffer.from(`result of racer ${number}`));
const shared = await cache.store.putBytes(Buffer.from('the same for all'));
const { kept, differing } = await cache.actions.commit({
  fingerprint: digestOf('the race'),
  preimage: { format: 'pipelines/fingerprint/v1', kind: 'race', version: 1, code: 'c'.repeat(64), parameters: {}, inputs: {}, environment: {}, runtime: {} },
  outputs: { out, shared }, log: shared.digest, durationMs: 1,
  provenance: { pipeline: 'p', task: 't', run: 'r', host: 'h', finishedAt: '', node: '', engine: '' },
});
process.stdout.write(`${JSON.stringify({ kept: kept.outputs['out']?.digest, mine: out.digest, differing })}\n`);
await cache.close();
