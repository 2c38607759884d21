import { Option, type Command } from 'commander';
import type { AcceptOptions } from '../accept.js';
import type { ApplyOptions } from '../apply.js';
import type { PlanVerbOptions } from '../plan.js';
import type { RunVerbOptions } from '../run.js';
import type { VerifyOptions } from '../verify.js';
import { artifactsDir, cacheDir, durationValue, example, rerunOn, wholeNumber, withParameters, withPipeline, withSelection, type Grammar } from './options.js';

/** Verbs that run a pipeline, or say what a run would do. */
export function addRunningVerbs(pipelines: Command, { shell, finish }: Grammar): void {
  withRunning(withPipeline(withSelection(pipelines.command('run'), 'run')))
    .description('Run a pipeline; what is cached is skipped')
    .addOption(rerunOn())
    .option('--frozen', 'refuse to run anything: proof that all of it comes from the cache (exit code 3)')
    .option('--max-time <duration>', 'refuse when it is predicted to take longer, or nobody knows (exit code 3)', durationValue)
    .addHelpText('after', example('pipelines run babel-tower.yaml --profile smoke -p steps=120', 'a small run with one parameter changed')
      + '\nPatterns are names, ids and globs, with coordinates in any order: acquire, \'acquire(language=php)\', \'eval*(step=100)\'.'
      + '\n+task adds what it needs, task+ what needs it: --force \'acquire(language=php)+\'.'
      + '\nCtrl-C once lets running tasks finish, twice kills them. Either way everything finished stays cached.')
    .action(async (file: string, options: RunVerbOptions) => finish(await (await import('../run.js')).runVerb(file, options, shell)));

  withPipeline(withSelection(pipelines.command('plan'), 'plan'))
    .description('Say what would run and why, without running it')
    .addOption(rerunOn())
    .option('-j, --jobs <n>', 'how many cores to plan for (default: all)', wholeNumber)
    .option('--expanded', 'list every task instead of one line for each group')
    .option('--json', 'write the plan as JSON')
    .option('-o, --output <file>', 'keep the plan, for `pipelines apply`')
    .addHelpText('after', example('pipelines plan babel-tower.yaml -p steps=120', 'what twice the steps would cost'))
    .action(async (file: string, options: PlanVerbOptions) => finish(await (await import('../plan.js')).planVerb(file, options, shell)));

  withRunning(pipelines.command('apply').argument('<plan>', 'a plan from `pipelines plan FILE -o plan.json`'))
    .addOption(cacheDir())
    .description('Run exactly what a plan says, or say what changed since and run nothing (exit code 3)')
    .addHelpText('after', example('pipelines apply plan.json -j 2', 'what was planned, reviewed, and nothing else'))
    .action(async (plan: string, options: ApplyOptions) => finish(await (await import('../apply.js')).applyVerb(plan, options, shell)));

  withParameters(pipelines.command('accept').argument('[file]', 'the pipeline').argument('[task]', 'a task id, a task name, or a glob over ids'))
    .addOption(cacheDir())
    .description('Vouch that the latest results of tasks stand although something changed; kept with your reason and shown wherever they are used')
    .option('--reason <text>', 'why they are equivalent')
    .option('--dry-run', 'say what would be accepted')
    .option('--list', 'list all accepted results of the cache')
    .option('--json', 'with --list: write JSON')
    .addHelpText('after', example('pipelines accept babel-tower.yaml \'acquire*\' --reason "only a log line changed"', 'the changed code is taken to give the same bytes'))
    .action(async (file: string | undefined, task: string | undefined, options: AcceptOptions) => finish(await (await import('../accept.js')).acceptVerb(file, task, options, shell)));

  withPipeline(pipelines.command('verify'))
    .argument('<task>', 'a task id, a task name, or a glob over ids')
    .description('Execute tasks again from their stored inputs and compare what comes out, byte by byte (exit code 1 when it differs)')
    .option('--times <n>', 'how many results to compare, the stored one included (default: 2); with --interrupt, how often to kill (default: 3)', wholeNumber)
    .option('--interrupt', 'run the task, its segments included, in a cache of its own, kill it at random points, and compare what it ends with')
    .option('--seed <n>', 'of the random points (default: 1)', wholeNumber)
    .option('-j, --jobs <n>', 'how many cores to use at once (default: all)', wholeNumber)
    .option('--json', 'write the outcome as JSON')
    .addHelpText('after', example("pipelines verify babel-tower.yaml 'acquire(language=php)' --interrupt --times 5", 'training that is killed five times ends with the same weights'))
    .action(async (file: string, task: string, options: VerifyOptions) => finish(await (await import('../verify.js')).verifyVerb(file, task, options, shell)));
}

/** How a run is done and shown. */
function withRunning(command: Command): Command {
  return command
    .option('-j, --jobs <n>', 'how many cores to use at once (default: all)', wholeNumber)
    .addOption(artifactsDir())
    .option('--keep-going', 'after a failure, go on with what does not depend on it')
    .addOption(new Option('--reporter <name>', 'how to show the run (default: live on a terminal, else plain)').choices(['live', 'plain', 'json']))
    .option('-q, --quiet', 'write only what goes wrong');
}
