// Holds a lease until it is killed. Arguments: cache directory, fingerprint, kind of leases.
import { openCache } from '../../../../src/engine/cache/open-cache.js';

const [directory = '', fingerprint = '', kind] = process.argv.slice(2);
const cache = await openCache(directory, { leases: kind === 'files' ? 'files' : 'sockets' });
const lease = await cache.leases.acquire(fingerprint);
process.stdout.write(`${lease.kind}\n`);
setInterval(() => undefined, 1_000);
