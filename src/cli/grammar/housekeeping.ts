import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { bytesOfSize } from '../../engine/size.js';
import type { CompletedShell } from '../completion.js';
import { questions, type Question } from '../completion/grammar-tree.js';
import type { DoctorOptions } from '../doctor.js';
import type { GcOptions } from '../gc.js';
import type { PlanningOptions } from '../planning.js';
import { artifactsDir, cacheDir, durationValue, example, withParameters, type Grammar } from './options.js';

/** Verbs that look after the cache and the machine. */
export function addHousekeepingVerbs(pipelines: Command, grammar: Grammar): void {
  const cache = pipelines.command('cache').description('Look after the cache');
  addCacheVerbs(cache, grammar);
  addPinVerbs(cache, grammar);
  addGc(cache, 'pipelines cache gc', grammar);
  addGc(pipelines, 'pipelines gc', grammar);
  addMachineVerbs(pipelines, grammar);
  addCompletion(pipelines, grammar);
}

function addCacheVerbs(cache: Command, { shell, finish }: Grammar): void {
  cache.command('verify')
    .addOption(cacheDir())
    .description('Hash every stored object and name the corrupt ones; the next run computes them again')
    .addHelpText('after', example('pipelines cache verify --cache-dir cache', 'exit code 4 when something is corrupt'))
    .action(async (options: { readonly cacheDir?: string }) => finish(await (await import('../cache.js')).cacheVerifyVerb(options, shell)));

  cache.command('stat')
    .addOption(cacheDir())
    .option('--json', 'write the figures as JSON')
    .description('Say what the cache holds: for each pipeline and each kind of task, its size and the time to remake it')
    .addHelpText('after', example('pipelines cache stat', 'who takes up the space'))
    .action(async (options: { readonly cacheDir?: string; readonly json?: boolean }) => finish(await (await import('../cache.js')).cacheStatVerb(options, shell)));
}

function addGc(parent: Command, line: string, { shell, finish }: Grammar): void {
  parent.command('gc')
    .description('Make room in the cache: what is cheapest to remake for its size goes first, the latest results last')
    .option('--max-age <age>', 'take results that nobody has used for so long', durationValue)
    .option('--max-size <size>', 'take results until the cache is no larger (default: 20 GB or a tenth of the disk, unless another limit is given)', sizeValue)
    .option('--unreachable', 'take only what no result, latest result or pin names')
    .option('--keep-pipeline <name...>', 'keep what the last run of this pipeline used')
    .addOption(new Option('--grace <age>', 'leave alone what is younger: another process may be about to use it (default: 1h)').argParser(durationValue))
    .option('-n, --dry-run', 'say what would go, how large it is and how long it takes to remake')
    .option('--json', 'write what goes as JSON')
    .addOption(cacheDir())
    .addOption(artifactsDir())
    .addHelpText('after', example(`${line} --max-age 30d --max-size 20GB --dry-run`, 'what would go; without --dry-run it goes, also while a pipeline runs'))
    .action(async (options: GcOptions) => finish(await (await import('../gc.js')).gcVerb(options, shell)));
}

function addPinVerbs(cache: Command, { shell, finish }: Grammar): void {
  withParameters(cache.command('pin')
    .argument('<name>', 'what to call the pin')
    .argument('<file>', 'the pipeline')
    .argument('[task]', 'a task id, a task name, or a glob over ids (default: all)'))
    .addOption(cacheDir())
    .description('Keep the present results of a pipeline, whatever gc is told')
    .addHelpText('after', example('pipelines cache pin thesis babel-tower.yaml report', 'the report stays; its inputs may go'))
    .action(async (name: string, file: string, task: string | undefined, options: PlanningOptions) => finish(await (await import('../pins.js')).pinVerb(name, file, task, options, shell)));

  cache.command('unpin')
    .argument('<name>', 'the pin')
    .addOption(cacheDir())
    .description('Let go of a pin')
    .addHelpText('after', example('pipelines cache unpin thesis', 'gc may take these results again'))
    .action(async (name: string, options: { readonly cacheDir?: string }) => finish(await (await import('../pins.js')).unpinVerb(name, options, shell)));

  cache.command('pins')
    .addOption(cacheDir())
    .option('--json', 'write the pins as JSON')
    .description('List the pins')
    .addHelpText('after', example('pipelines cache pins', 'name, pipeline, results and time of each'))
    .action(async (options: { readonly cacheDir?: string; readonly json?: boolean }) => finish(await (await import('../pins.js')).pinsVerb(options, shell)));
}

function addMachineVerbs(pipelines: Command, { shell, finish }: Grammar): void {
  pipelines.command('doctor')
    .description('Look at this machine: what is there, what is missing, and the command that mends it')
    .option('--json', 'write what was found as JSON')
    .addOption(cacheDir())
    .addHelpText('after', example('pipelines doctor', 'exit code 1 when something keeps a pipeline from running'))
    .action(async (options: DoctorOptions) => finish(await (await import('../doctor.js')).doctorVerb(options, shell)));

  pipelines.command('init')
    .argument('[dir]', 'where to put it (default: here)')
    .description('Write a first pipeline that runs, with comments that explain it')
    .addHelpText('after', example('pipelines init my-project', 'then: cd my-project && pipelines run first.yaml'))
    .action(async (directory: string | undefined) => finish(await (await import('../init.js')).initVerb(directory ?? '.', shell)));
}

function addCompletion(pipelines: Command, { shell, finish }: Grammar): void {
  pipelines.command('completion')
    .addArgument(new Argument('<shell>', 'the shell that you use').choices(['bash', 'zsh', 'fish']))
    .description('Write a script that lets your shell complete verbs, options, pipelines, profiles, parameters and tasks')
    .addHelpText('after', example('pipelines completion bash', 'put source <(pipelines completion bash) into ~/.bashrc; zsh: the same in ~/.zshrc, after compinit;\n      fish: pipelines completion fish > ~/.config/fish/completions/pipelines.fish'))
    .action(async (name: CompletedShell) => finish((await import('../completion.js')).completionVerb(name, pipelines, shell)));

  // What the scripts ask: not for people, so not in the help.
  pipelines.command('__complete', { hidden: true })
    .addArgument(new Argument('<question>').choices(questions))
    .argument('[words...]')
    .action(async (question: Question, words: readonly string[]) => finish(await (await import('../completion/answers.js')).answerVerb(question, words, shell)));
}

/** Bytes. */
function sizeValue(value: string): number {
  const bytes = bytesOfSize(value);
  if (bytes === undefined) throw new InvalidArgumentError('It must be a size such as 500MB, 20GB or 2GiB.');
  return bytes;
}
