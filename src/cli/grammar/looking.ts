import { Option, type Command } from 'commander';
import type { DiffOptions } from '../diff.js';
import type { GraphOptions } from '../graph.js';
import type { HistoryOptions } from '../history.js';
import type { LogOptions } from '../log.js';
import type { ProvenanceOptions } from '../provenance.js';
import type { ShowOptions } from '../show.js';
import type { WhyOptions } from '../why.js';
import { artifactsDir, cacheDir, example, rerunOn, withParameters, withPipeline, type Grammar } from './options.js';

const runNames = '\nA run is named by its id, the beginning of its id, latest, or latest~1 for the one before.';

function withRuns(command: Command): Command {
  return command.option('--pipeline <name>', 'look at the runs of this pipeline only').addOption(cacheDir()).addOption(artifactsDir());
}

/** Verbs that explain a pipeline and its results. They run nothing. */
export function addLookingVerbs(pipelines: Command, { shell, finish }: Grammar): void {
  withPipeline(pipelines.command('why'))
    .argument('<task>', 'a task id, a task name, or a glob over ids')
    .description('Say why a task would run, down to the line that changed, or where its cached result comes from')
    .addOption(rerunOn())
    .option('--against <run>', 'compare with the results of this run instead of the latest')
    .option('--json', 'write the explanation as JSON')
    .addOption(artifactsDir())
    .addHelpText('after', example("pipelines why babel-tower.yaml 'acquire(language=php,step=60)'", 'quote the parentheses for the shell')
      + runNames)
    .action(async (file: string, task: string, options: WhyOptions) => finish(await (await import('../why.js')).whyVerb(file, task, options, shell)));

  withPipeline(pipelines.command('show'))
    .argument('<task>', 'a task id, or a name or glob that only one task has')
    .option('--run <run>', 'show the result of this run instead of the latest')
    .addOption(artifactsDir())
    .description("Show a task's parameters, inputs, outputs, log and where its result comes from")
    .addHelpText('after', example('pipelines show babel-tower.yaml report', 'where the report is and what it was made from')
      + runNames)
    .action(async (file: string, task: string, options: ShowOptions) => finish(await (await import('../show.js')).showVerb(file, task, options, shell)));

  pipelines.command('history')
    .argument('[pipeline]', 'the name of a pipeline, or its file (default: all pipelines)')
    .description('List the recorded runs: when, how they ended, and which parameters changed from one to the next')
    .option('--task <pattern>', 'list the results of this task instead: a task id, a task name, or a glob over ids')
    .option('--all', 'list every run instead of the newest')
    .option('--json', 'write them as JSON')
    .addOption(artifactsDir())
    .addHelpText('after', example('pipelines history babel-tower --task report', 'each result that the report has had, and why it ran'))
    .action(async (pipeline: string | undefined, options: HistoryOptions) => finish(await (await import('../history.js')).historyVerb(pipeline, options, shell)));

  withRuns(pipelines.command('diff'))
    .argument('<before>', 'a run')
    .argument('<after>', 'another run')
    .description('Compare two runs: parameters, tasks, results, metrics and durations')
    .option('--all', 'list every task and every number')
    .option('--json', 'write the comparison as JSON')
    .addHelpText('after', example('pipelines diff latest~1 latest', 'what the last run changed')
      + runNames)
    .action(async (before: string, after: string, options: DiffOptions) => finish(await (await import('../diff.js')).diffVerb(before, after, options, shell)));

  withRuns(pipelines.command('log'))
    .argument('<task>', 'a task id, or a name or glob that only one task has')
    .argument('[run]', 'a run (default: the newest that has the task)')
    .description('Write the whole log of a task, of failed attempts too; what it is about goes to stderr')
    .option('-f, --follow', 'of a run that is going on, each line as it is written')
    .addHelpText('after', example("pipelines log 'train(step=200)' latest | less", 'the log of one segment')
      + runNames)
    .action(async (task: string, run: string | undefined, options: LogOptions) => finish(await (await import('../log.js')).logVerb(task, run, options, shell)));

  withParameters(pipelines.command('provenance')).addOption(cacheDir())
    .argument('<artifact>', 'a file, a digest or the beginning of one, or with --file a task.output')
    .description("Trace an artifact back to the user's files: every task result on the way, with parameters, run, duration and host")
    .option('--file <pipeline>', 'the pipeline that it is of; names where values and files come from')
    .addOption(new Option('--format <format>', 'how to write it').choices(['text', 'json', 'ro-crate']).default('text'))
    .option('--license <uri>', 'for ro-crate: the license of the crate')
    .addHelpText('after', example('pipelines provenance artifacts/babel-tower/report/report.html --file babel-tower.yaml', 'everything that the report was made from')
      + '\nAn RO-Crate is this folder: pipelines provenance report.html --format ro-crate > ro-crate-metadata.json')
    .action(async (artifact: string, options: ProvenanceOptions) => finish(await (await import('../provenance.js')).provenanceVerb(artifact, options, shell)));

  withParameters(pipelines.command('graph').argument('<file>', 'the pipeline'))
    .description('Draw the pipeline as text for Mermaid or Graphviz')
    .addOption(new Option('--format <format>', 'what draws it').choices(['mermaid', 'dot']).default('mermaid'))
    .option('--expanded', 'one node for each task instance instead of one for each task of the file')
    .addHelpText('after', example('pipelines graph babel-tower.yaml --format dot | dot -Tsvg > graph.svg', 'a picture of the pipeline'))
    .action(async (file: string, options: GraphOptions) => finish(await (await import('../graph.js')).graphVerb(file, options, shell)));
}
