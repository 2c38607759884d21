import { dirname, resolve } from 'node:path';
import { replaceWhole } from '../engine/cache/atomic-write.js';
import { planFileOf, type PlanFile, type PlanFileOptions } from '../engine/plan-file.js';
import { thisMachine, version } from '../library/surroundings.js';
import { shownPath } from './pipeline-file.js';
import type { Planned, PlanningOptions } from './planning.js';
import { Refusal, type Shell } from './shell.js';

/** Writes a plan that `apply` reads, whole or not at all. @throws {Refusal} when it cannot be written */
export function keepPlan(planned: Planned, options: PlanningOptions, name: string, shell: Shell): void {
  const path = resolve(shell.directory, name);
  const file = planToKeep(planned, optionsOf(options), dirname(path), shell);
  try {
    replaceWhole(path, `${JSON.stringify(file, null, 1)}\n`);
  } catch (error) {
    throw new Refusal(`cannot write the plan: ${(error as Error).message}`, 'choose another file with -o');
  }
  shell.stderr.write(`"pipelines apply ${shownPath(path, shell)}" runs exactly this\n`);
}

/** @param folder of the plan file */
export function planToKeep(planned: Planned, options: PlanFileOptions, folder: string, shell: Shell): PlanFile {
  return planFileOf(planned.plan, {
    kinds: planned.kinds, environment: shell.environment, machine: thisMachine(), options, text: planned.text, folder, engine: version(), now: shell.now(),
  });
}

function optionsOf({ profile, param, only, until, from, force, rerunOn }: PlanningOptions): PlanFileOptions {
  return {
    ...(profile !== undefined && { profile }), ...(param && { param }), ...(only && { only }), ...(until && { until }),
    ...(from && { from }), ...(force && { force }), ...(rerunOn && { rerunOn }),
  };
}
