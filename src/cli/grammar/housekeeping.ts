import type { Command } from 'commander';
import { cacheDir, example, type Grammar } from './options.js';

/** Verbs that look after the cache and the machine. */
export function addHousekeepingVerbs(pipelines: Command, { shell, finish }: Grammar): void {
  pipelines.command('cache').description('Look after the cache')
    .command('verify')
    .addOption(cacheDir())
    .description('Hash every stored object and name the corrupt ones; the next run computes them again')
    .addHelpText('after', example('pipelines cache verify --cache-dir cache', 'exit code 4 when something is corrupt'))
    .action(async (options: { readonly cacheDir?: string }) => finish(await (await import('../cache.js')).cacheVerifyVerb(options, shell)));
}
