import { Option, type Command } from 'commander';
import type { GraphOptions } from '../graph.js';
import type { PlanningOptions } from '../planning.js';
import type { ShowOptions } from '../show.js';
import { artifactsDir, example, withParameters, withPipeline, type Grammar } from './options.js';

/** Verbs that explain a pipeline and its results. They run nothing. */
export function addLookingVerbs(pipelines: Command, { shell, finish }: Grammar): void {
  withPipeline(pipelines.command('why'))
    .argument('<task>', 'a task id, a task name, or a glob over ids')
    .description('Say why a task would run, down to the line that changed, or where its cached result comes from')
    .addHelpText('after', example("pipelines why babel-tower.yaml 'acquire(language=php,step=60)'", 'quote the parentheses for the shell'))
    .action(async (file: string, task: string, options: PlanningOptions) => finish(await (await import('../why.js')).whyVerb(file, task, options, shell)));

  withPipeline(pipelines.command('show'))
    .argument('<task>', 'a task id, or a name or glob that only one task has')
    .addOption(artifactsDir())
    .description("Show a task's parameters, inputs, outputs, log and where its result comes from")
    .addHelpText('after', example('pipelines show babel-tower.yaml report', 'where the report is and what it was made from'))
    .action(async (file: string, task: string, options: ShowOptions) => finish(await (await import('../show.js')).showVerb(file, task, options, shell)));

  withParameters(pipelines.command('graph').argument('<file>', 'the pipeline'))
    .description('Draw the pipeline as text for Mermaid or Graphviz')
    .addOption(new Option('--format <format>', 'what draws it').choices(['mermaid', 'dot']).default('mermaid'))
    .option('--expanded', 'one node for each task instance instead of one for each task of the file')
    .addHelpText('after', example('pipelines graph babel-tower.yaml --format dot | dot -Tsvg > graph.svg', 'a picture of the pipeline'))
    .action(async (file: string, options: GraphOptions) => finish(await (await import('../graph.js')).graphVerb(file, options, shell)));
}
