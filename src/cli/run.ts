import type { Event } from '../engine/event.js';
import type { Plan } from '../engine/plan.js';
import { ArtifactsError } from '../engine/run/event-log.js';
import type { RunSummary } from '../engine/run/run-plan.js';
import { run } from '../library/run.js';
import { eventAnnotation, fileInRepository } from '../reporters/annotations.js';
import { drawsUnicode, size, wantsColor } from '../reporters/format.js';
import { jsonReporter } from '../reporters/json.js';
import { plainReporter } from '../reporters/plain.js';
import { quietReporter } from '../reporters/quiet.js';
import type { Reporter } from '../reporters/reporter.js';
import { artifactsDirectory, reportPaths } from './artifacts.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { refusalToRun, type GuardOptions } from './guards.js';
import { catchInterrupts } from './interrupts.js';
import { shownPath } from './pipeline-file.js';
import { withPlan, type Planned, type PlanningOptions } from './planning.js';
import { Refusal, type Shell } from './shell.js';

/** How a run is done and shown. */
export interface RunningOptions extends PlanningOptions {
  readonly artifactsDir?: string;
  readonly keepGoing?: boolean;
  readonly reporter?: 'live' | 'plain' | 'json';
  readonly quiet?: boolean;
}

export type RunVerbOptions = RunningOptions & GuardOptions;

/** `pipelines run FILE`. */
export function runVerb(file: string, options: RunVerbOptions, shell: Shell): Promise<ExitCode> {
  return withPlan(file, options, shell, async (planned) => {
    const refusal = refusalToRun(planned.plan, options);
    if (refusal === undefined) return runPlanned(planned, options, shell);
    shell.stderr.write(refusal);
    return exitCode.refused;
  });
}

/** Runs the plan, reports it, and says where its pages are. */
export async function runPlanned(planned: Planned, options: RunningOptions, shell: Shell): Promise<ExitCode> {
  const artifacts = artifactsDirectory(options, shell);
  const { summary, succeeded } = await runReported(planned, artifacts, options, shell);
  if (!options.quiet && options.reporter !== 'json') {
    if (summary.executed > 0) await warnOfSize(planned.cache.directory, shell);
    for (const path of reportPaths(artifacts, planned.pipeline, planned.kinds, succeeded)) shell.stdout.write(`report: ${shownPath(path, shell)}\n`);
  }
  return exitCodeOf(summary);
}

/** A cache that only grows is found full at the worst time. */
async function warnOfSize(directory: string, shell: Shell): Promise<void> {
  const { overBudget } = await import('../engine/cache/collection.js');
  const over = await overBudget(directory, shell.now());
  if (over) shell.stdout.write(`the cache holds ${size(over.bytes)}, more than its budget of ${size(over.budgetBytes)}: "pipelines cache gc --dry-run" says what could go\n`);
}

interface ReportedRun {
  readonly summary: RunSummary;
  /** Ids of the tasks whose outputs are there now. */
  readonly succeeded: ReadonlySet<string>;
}

async function runReported(planned: Planned, artifacts: string, options: RunningOptions, shell: Shell): Promise<ReportedRun> {
  const { plan, cache } = planned;
  const reporter = await reporterFor(options, plan, shell);
  const succeeded = new Set<string>();
  const onEvent = (event: Event): void => {
    if (event.kind === 'task-finished' || event.kind === 'task-cached') succeeded.add(event.task);
    reporter.report(event);
  };
  const { jobs, rerunOn, keepGoing = false } = options;
  const planning = { environment: shell.environment, ...(jobs !== undefined && { jobs }), ...(rerunOn && { rerunOn }) };
  const interrupts = catchInterrupts(() => process.exit(exitCode.interrupted));
  try {
    const summary = await run({ plan, loaded: planned, cache, options: planning }, { artifacts, onEvent, keepGoing, signal: interrupts.drain, killSignal: interrupts.kill });
    return { summary, succeeded };
  } catch (error) {
    throw error instanceof ArtifactsError ? new Refusal(error.message, 'choose another with --artifacts-dir') : error;
  } finally {
    reporter.close();
    interrupts.release();
  }
}

async function reporterFor({ reporter, quiet }: RunningOptions, plan: Plan, { stdout, stderr, environment, now }: Shell): Promise<Reporter> {
  if (quiet) return quietReporter(stderr, { color: wantsColor(stderr, environment) });
  const color = wantsColor(stdout, environment);
  switch (reporter ?? (stdout.isTTY && environment['TERM'] !== 'dumb' ? 'live' : 'plain')) {
    case 'live':
      // Its terminal library takes longer to load than a fully cached run to run.
      return (await import('../reporters/live.js')).liveReporter(stdout, { color, now, unicode: drawsUnicode(environment), plan });
    case 'plain':
      return plainReporter(stdout, { color, now, ...(environment['GITHUB_ACTIONS'] === 'true' && { annotate: annotationsOf(plan, environment) }) });
    case 'json':
      return jsonReporter(stdout);
  }
}

/** What GitHub Actions shows beside the pipeline file. */
function annotationsOf({ pipeline }: Plan, environment: NodeJS.ProcessEnv): (event: Event) => string | undefined {
  const file = fileInRepository(pipeline.file, environment);
  const positions = new Map(pipeline.tasks.map(({ id, position }) => [id, position]));
  return (event) => eventAnnotation(event, (task) => ({ file, position: positions.get(task) }));
}

function exitCodeOf({ outcome }: RunSummary): ExitCode {
  switch (outcome) {
    case 'succeeded':
      return exitCode.ok;
    case 'failed':
      return exitCode.taskFailed;
    case 'interrupted':
      return exitCode.interrupted;
  }
}
