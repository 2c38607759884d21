// Commits results in a loop until it is killed. Arguments: cache directory, first number.
import { openCache } from '../../../../src/engine/cache/open-cache.js';
import { commitNumber } from './numbered-result.js';

const [directory = '', first = '0'] = process.argv.slice(2);
const cache = await openCache(directory, { durability: 'fast' });
process.stdout.write('ready\n');
for (let number = Number(first); ; number += 1) await commitNumber(cache, number);
