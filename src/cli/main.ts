#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { exitCode, type ExitCode } from './exit-code.js';
import type { GraphOptions } from './graph.js';
import type { PlanVerbOptions } from './plan.js';
import type { PlanningOptions } from './planning.js';
import type { RunVerbOptions } from './run.js';
import { Refusal, type Shell } from './shell.js';
import type { ShowOptions } from './show.js';
import type { TaskVerbOptions } from './task.js';
import { version } from './version.js';

// The grammar of the command line, and nothing else: each verb's work is in the file of its name, loaded when it is asked for.

const shell: Shell = { directory: process.cwd(), environment: process.env, stdout: process.stdout, stderr: process.stderr, now: Date.now };

const cacheDir = (): Option => new Option('--cache-dir <dir>', 'where results are kept (default: $PIPELINES_CACHE_DIR, else ./cache)');
const artifactsDir = (): Option => new Option('--artifacts-dir <dir>', 'where links to results are put, for people (default: ./artifacts)');

function program(finish: (code: ExitCode) => void): Command {
  const pipelines = new Command('pipelines')
    .description('Runs declarative pipelines of content-addressed tasks: what is cached is not computed again.')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('(the file comes before its options; "--help" shows how)')
    .exitOverride()
    .addHelpText('after', example('pipelines run babel-tower.yaml', 'replicates "The Rise and Down of Babel Tower"')
      + '\nExit codes: 0 ok, 1 a task failed, 2 a mistake in the file or on the command line, 4 the cache is corrupt, 130 interrupted');

  withPipeline(withSelection(pipelines.command('run'), 'run'))
    .description('Run a pipeline; what is cached is skipped')
    .option('-j, --jobs <n>', 'how many cores to use at once (default: all)', wholeNumber)
    .addOption(artifactsDir())
    .option('--keep-going', 'after a failure, go on with what does not depend on it')
    .addOption(new Option('--reporter <name>', 'how to show the run (default: live on a terminal, else plain)').choices(['live', 'plain', 'json']))
    .option('-q, --quiet', 'write only what goes wrong')
    .addHelpText('after', example('pipelines run babel-tower.yaml --profile smoke -p steps=120', 'a small run with one parameter changed')
      + '\nCtrl-C once lets running tasks finish, twice kills them. Either way everything finished stays cached.')
    .action(async (file: string, options: RunVerbOptions) => finish(await (await import('./run.js')).runVerb(file, options, shell)));

  withPipeline(withSelection(pipelines.command('plan'), 'plan'))
    .description('Say what would run and why, without running it')
    .option('-j, --jobs <n>', 'how many cores to plan for (default: all)', wholeNumber)
    .option('--expanded', 'list every task instead of one line for each group')
    .option('--json', 'write the plan as JSON')
    .addHelpText('after', example('pipelines plan babel-tower.yaml -p steps=120', 'what twice the steps would cost'))
    .action(async (file: string, options: PlanVerbOptions) => finish(await (await import('./plan.js')).planVerb(file, options, shell)));

  withPipeline(pipelines.command('why'))
    .argument('<task>', 'a task id, a task name, or a glob over ids')
    .description('Say why a task would run, down to the line that changed, or where its cached result comes from')
    .addHelpText('after', example("pipelines why babel-tower.yaml 'acquire(language=php,step=60)'", 'quote the parentheses for the shell'))
    .action(async (file: string, task: string, options: PlanningOptions) => finish(await (await import('./why.js')).whyVerb(file, task, options, shell)));

  withPipeline(pipelines.command('show'))
    .argument('<task>', 'a task id, or a name or glob that only one task has')
    .addOption(artifactsDir())
    .description("Show a task's parameters, inputs, outputs, log and where its result comes from")
    .addHelpText('after', example('pipelines show babel-tower.yaml report', 'where the report is and what it was made from'))
    .action(async (file: string, task: string, options: ShowOptions) => finish(await (await import('./show.js')).showVerb(file, task, options, shell)));

  withParameters(pipelines.command('graph').argument('<file>', 'the pipeline'))
    .description('Draw the pipeline as text for Mermaid or Graphviz')
    .addOption(new Option('--format <format>', 'what draws it').choices(['mermaid', 'dot']).default('mermaid'))
    .option('--expanded', 'one node for each task instance instead of one for each task of the file')
    .addHelpText('after', example('pipelines graph babel-tower.yaml --format dot | dot -Tsvg > graph.svg', 'a picture of the pipeline'))
    .action(async (file: string, options: GraphOptions) => finish(await (await import('./graph.js')).graphVerb(file, options, shell)));

  pipelines.command('schema')
    .description('Write the JSON Schema of pipeline files, for editors')
    .addHelpText('after', example('pipelines schema > pipeline.schema.json', 'then name it in the file: # yaml-language-server: $schema=pipeline.schema.json'))
    .action(async () => finish(await (await import('./schema.js')).schemaVerb(shell)));

  pipelines.command('tasks')
    .argument('[kind]', 'a task kind, as in uses:')
    .description('List the task kinds, or describe one')
    .addHelpText('after', example('pipelines tasks train', 'the parameters, inputs and outputs of train'))
    .action(async (kind: string | undefined) => finish((await import('./tasks.js')).tasksVerb(kind, shell)));

  pipelines.command('task')
    .argument('<kind>', 'a task kind, as in uses:')
    .description('Run one task by itself, without a pipeline and without the cache')
    .option('--input <name=path...>', 'an input: a file or a folder; give it again for a list')
    .option('--with <key=value...>', 'a parameter; the value is YAML')
    .option('--declare <name=file...>', 'an output of a kind that leaves them open, such as exec; a slash at the end means a folder')
    .requiredOption('--output <dir>', 'a folder for the outputs, new or empty')
    .addHelpText('after', example("pipelines task exec --with 'run=sort $INPUT_WORDS > $OUTPUT_SORTED' --input words=words.txt --declare sorted=sorted.txt --output out", 'one shell command'))
    .action(async (kind: string, options: TaskVerbOptions) => finish(await (await import('./task.js')).taskVerb(kind, options, shell)));

  pipelines.command('cache').description('Look after the cache')
    .command('verify')
    .addOption(cacheDir())
    .description('Hash every stored object and name the corrupt ones; the next run computes them again')
    .addHelpText('after', example('pipelines cache verify --cache-dir cache', 'exit code 4 when something is corrupt'))
    .action(async (options: { readonly cacheDir?: string }) => finish(await (await import('./cache.js')).cacheVerifyVerb(options, shell)));

  return pipelines;
}

function withPipeline(command: Command): Command {
  return withParameters(command.argument('<file>', 'the pipeline: here, in pipelines/, or one that comes with this package')).addOption(cacheDir());
}

function withParameters(command: Command): Command {
  return command
    .option('--profile <name>', 'apply a profile of the file')
    .option('-p, --param <key=value...>', 'set a parameter; the value is YAML');
}

function withSelection(command: Command, verb: string): Command {
  return command
    .option('--only <pattern...>', `${verb} exactly these tasks; what they need must be cached`)
    .option('--until <pattern...>', `${verb} these tasks and what they need`)
    .option('--from <pattern...>', `${verb} these tasks and what depends on them`)
    .option('--force <pattern...>', `${verb} these tasks even when they are cached`);
}

function example(line: string, what: string): string {
  return `\nExample:\n  ${line}\n      ${what}`;
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return number;
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  if (error instanceof Refusal) {
    shell.stderr.write(`${error.message}\n${error.hint ? `hint: ${error.hint}\n` : ''}`);
    return exitCode.usage;
  }
  const trace = error instanceof Error ? error.stack ?? error.message : String(error);
  shell.stderr.write(`pipelines ran into a bug of its own:\n${trace}\n`);
  return exitCode.taskFailed;
}

// A reader that goes away (`| head`) is no reason to stop a run, and none to complain.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') throw error; });
}

try {
  await program((code) => { process.exitCode = code; }).parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
