import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { comparePlans } from '../engine/plan-changes.js';
import type { PlanFile } from '../engine/plan-file.js';
import { readPlanFile } from '../engine/plan-file-schema.js';
import { digestOf } from '../engine/fingerprint.js';
import { count } from '../reporters/format.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { shownPath } from './pipeline-file.js';
import { planToKeep } from './kept-plan.js';
import { planChangesText } from './plan-changes-text.js';
import { withPlan } from './planning.js';
import { runPlanned, type RunningOptions } from './run.js';
import { Refusal, type Shell } from './shell.js';

/** Everything that says what runs is in the plan file. */
export type ApplyOptions = Pick<RunningOptions, 'cacheDir' | 'artifactsDir' | 'jobs' | 'keepGoing' | 'reporter' | 'quiet'>;

/** `pipelines apply PLAN`: plans again and runs, if that is what the file says; else says what changed and runs nothing. */
export async function applyVerb(name: string, options: ApplyOptions, shell: Shell): Promise<ExitCode> {
  const path = resolve(shell.directory, name);
  const planned = await readPlan(path, shell);
  const running: RunningOptions = { ...options, ...planned.options };
  return withPlan(resolve(dirname(path), planned.file), running, shell, async (now) => {
    const comparison = comparePlans(planned, planToKeep(now, planned.options, dirname(path), shell));
    if (comparison.changes.length > 0) {
      shell.stderr.write(`nothing was run: ${count(comparison.changes.length, 'change')} since the plan was made on ${planned.madeAt}\n${planChangesText(comparison)}`);
      return exitCode.refused;
    }
    const told = options.quiet || options.reporter === 'json' ? shell.stderr : shell.stdout;
    if (!options.quiet) {
      if (digestOf(now.text) !== planned.text) told.write(`${shownPath(now.pipeline.file, shell)} was edited since, which changes nothing that runs\n`);
      if (comparison.cachedMeanwhile.length > 0) told.write(`computed meanwhile by another run: ${listed(comparison.cachedMeanwhile)}\n`);
    }
    return runPlanned(now, running, shell);
  });
}

/** @throws {Refusal} when there is none, or it is none */
async function readPlan(path: string, shell: Shell): Promise<PlanFile> {
  const content = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Refusal(`cannot read the plan ${shownPath(path, shell)}: ${(error as Error).message}`, 'make one with "pipelines plan FILE -o plan.json"');
  });
  const result = readPlanFile(content);
  if (result.kind === 'invalid') throw new Refusal(`${shownPath(path, shell)} is not a plan that can be applied: ${result.message}`, 'make it again with "pipelines plan FILE -o plan.json"');
  return result.plan;
}

function listed(tasks: readonly string[]): string {
  const rest = tasks.length - 5;
  return rest > 0 ? `${tasks.slice(0, 5).join(', ')} and ${rest} more` : tasks.join(', ');
}
