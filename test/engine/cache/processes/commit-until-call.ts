// Commits one result and is killed at one of its file system calls: halfway through a write, before any other call.
// Arguments: cache directory, number, index of the fatal call. Prints `committed` when there are fewer calls than that.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { openCache } from '../../../../src/engine/cache/open-cache.js';
import { commitNumber } from './numbered-result.js';

const [directory = '', number = '', fatalCall = ''] = process.argv.slice(2);
const SYNCHRONOUS = ['linkSync', 'renameSync', 'unlinkSync', 'writeFileSync', 'mkdirSync', 'chmodSync'] as const;
const ASYNCHRONOUS = ['link', 'rename', 'unlink', 'writeFile', 'mkdir', 'chmod', 'copyFile', 'appendFile', 'open', 'rm'] as const;
let calls = 0;

function dieAtFatalCall(name: string, args: unknown[]): void {
  calls += 1;
  if (calls !== Number(fatalCall)) return;
  const [path, content] = args as [string, string | Uint8Array];
  if (name === 'writeFileSync') fs.appendFileSync(path, content.slice(0, content.length / 2));
  process.kill(process.pid, 'SIGKILL');
}

function wrap(owner: Record<string, unknown>, name: string): void {
  const original = owner[name] as (...args: unknown[]) => unknown;
  owner[name] = (...args: unknown[]) => {
    dieAtFatalCall(name, args);
    return original(...args);
  };
}

const cache = await openCache(directory, { durability: 'fast' });
for (const name of SYNCHRONOUS) wrap(fs as unknown as Record<string, unknown>, name);
for (const name of ASYNCHRONOUS) wrap(fs.promises as unknown as Record<string, unknown>, name);
syncBuiltinESMExports();
await commitNumber(cache, Number(number));
process.stdout.write('committed\n');
