import { count, size } from '../reporters/format.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { withCache } from './planning.js';
import type { Shell } from './shell.js';

/** `pipelines cache verify`: hashes every object. It repairs nothing; the next run does, by computing again what is corrupt. */
export function cacheVerifyVerb(options: { readonly cacheDir?: string }, shell: Shell): Promise<ExitCode> {
  return withCache(options, shell, async (cache) => {
    const { objects, bytes, corrupt } = await cache.store.verify();
    shell.stdout.write(`${cache.directory}: ${count(objects, 'object')}, ${size(bytes)}, ${corrupt.length} corrupt\n`);
    for (const digest of corrupt) shell.stdout.write(`corrupt ${digest}\n`);
    return corrupt.length === 0 ? exitCode.ok : exitCode.cacheCorrupt;
  });
}
