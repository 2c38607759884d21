import { Option, type Command } from 'commander';
import type { PlanVerbOptions } from '../plan.js';
import type { RunVerbOptions } from '../run.js';
import { artifactsDir, example, wholeNumber, withPipeline, withSelection, type Grammar } from './options.js';

/** Verbs that run a pipeline, or say what a run would do. */
export function addRunningVerbs(pipelines: Command, { shell, finish }: Grammar): void {
  withPipeline(withSelection(pipelines.command('run'), 'run'))
    .description('Run a pipeline; what is cached is skipped')
    .option('-j, --jobs <n>', 'how many cores to use at once (default: all)', wholeNumber)
    .addOption(artifactsDir())
    .option('--keep-going', 'after a failure, go on with what does not depend on it')
    .addOption(new Option('--reporter <name>', 'how to show the run (default: live on a terminal, else plain)').choices(['live', 'plain', 'json']))
    .option('-q, --quiet', 'write only what goes wrong')
    .addHelpText('after', example('pipelines run babel-tower.yaml --profile smoke -p steps=120', 'a small run with one parameter changed')
      + '\nCtrl-C once lets running tasks finish, twice kills them. Either way everything finished stays cached.')
    .action(async (file: string, options: RunVerbOptions) => finish(await (await import('../run.js')).runVerb(file, options, shell)));

  withPipeline(withSelection(pipelines.command('plan'), 'plan'))
    .description('Say what would run and why, without running it')
    .option('-j, --jobs <n>', 'how many cores to plan for (default: all)', wholeNumber)
    .option('--expanded', 'list every task instead of one line for each group')
    .option('--json', 'write the plan as JSON')
    .addHelpText('after', example('pipelines plan babel-tower.yaml -p steps=120', 'what twice the steps would cost'))
    .action(async (file: string, options: PlanVerbOptions) => finish(await (await import('../plan.js')).planVerb(file, options, shell)));
}
