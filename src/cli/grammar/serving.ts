import { InvalidArgumentError, type Command } from 'commander';
import type { ServeOptions } from '../serve.js';
import { artifactsDir, cacheDir, example, type Grammar } from './options.js';

/** The verb that shows runs in a browser. */
export function addServingVerb(pipelines: Command, { shell, finish }: Grammar): void {
  pipelines.command('serve')
    .argument('[file]', 'only the runs of this pipeline')
    .description('Show the runs in a browser, live: graph, timeline, tasks, logs and artifacts')
    .option('--run <run>', 'begin with this run: an id, the beginning of one, or latest')
    .option('--port <n>', 'the port to listen on (default: 4747, or another that is free)', port)
    .option('--host <address>', 'the address to listen on; anything but 127.0.0.1 lets others read', '127.0.0.1')
    .option('--open', 'open it in the browser')
    .addOption(artifactsDir())
    .addOption(cacheDir())
    .addHelpText('after', example('pipelines serve --run latest --open', 'the newest run; a run that goes on is followed')
      + '\nIt only reads. Ctrl-C stops it.')
    .action(async (file: string | undefined, options: ServeOptions) => finish(await (await import('../serve.js')).serveVerb(file, options, shell)));
}

function port(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new InvalidArgumentError('It must be a port: 0 (any) to 65535.');
  return number;
}
