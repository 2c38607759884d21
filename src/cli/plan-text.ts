import type { Json } from '../engine/json.js';
import type { Plan, PlanStep } from '../engine/plan.js';
import type { Reason } from '../engine/reason.js';
import { count, roughDuration, type Colors } from '../reporters/format.js';
import { reasonText } from '../reporters/reason-text.js';
import { table } from './table.js';

type Runs = Extract<PlanStep, { kind: 'will-run' | 'may-run' }>;

interface PlannedTask {
  readonly id: string;
  readonly name: string;
  readonly step: Runs;
}

export interface PlanTextOptions {
  readonly colors: Colors;
  readonly cores: number;
  /** Every task on a line of its own, instead of one for the tasks of one name that run for one reason. */
  readonly expanded: boolean;
}

/** What would run and why, for a person. */
export function planText(plan: Plan, { colors, cores, expanded }: PlanTextOptions): string {
  const running = plan.pipeline.tasks.flatMap(({ id, name, index }): PlannedTask[] => {
    const step = plan.steps[index];
    return step?.kind === 'will-run' || step?.kind === 'may-run' ? [{ id, name, step }] : [];
  });
  const rows = (kind: Runs['kind']): string[][] => {
    const tasks = running.filter((task) => task.step.kind === kind);
    return expanded ? tasks.map(({ id, step }) => [`  ${id}`, timeText(step.estimateMs), reasonText(step.reason)]) : groupedRows(tasks);
  };
  return [
    `${headline(plan, cores)}\n`,
    part(colors.bold('will run'), rows('will-run')),
    part(`${colors.bold('may run')} (still cached where what they read comes out the same)`, rows('may-run')),
  ].join('');
}

function part(title: string, rows: readonly string[][]): string {
  return rows.length === 0 ? '' : `\n${title}\n${table(rows)}`;
}

/** `babel-tower: 156 tasks, 120 cached, 30 will run, 6 may run, about 4m on 2 cores` */
function headline({ pipeline, steps, estimateMs }: Plan, cores: number): string {
  const counts = countSteps(steps);
  const runs = counts['will-run'] + counts['may-run'];
  const parts = [
    count(steps.length, 'task'), `${counts.cached} cached`, `${counts['will-run']} will run`, `${counts['may-run']} may run`,
    ...(counts['not-selected'] > 0 ? [`${counts['not-selected']} not selected`] : []),
    ...(runs === 0 ? ['nothing to do'] : [`${estimateMs === null ? 'time unknown (no history)' : `about ${roughDuration(estimateMs)}`} on ${count(cores, 'core')}`]),
  ];
  return `${pipeline.name}: ${parts.join(', ')}`;
}

function countSteps(steps: readonly PlanStep[]): Record<PlanStep['kind'], number> {
  const counts = { cached: 0, 'will-run': 0, 'may-run': 0, 'not-selected': 0 };
  for (const step of steps) counts[step.kind] += 1;
  return counts;
}

function groupedRows(tasks: readonly PlannedTask[]): string[][] {
  const groups = new Map<string, { readonly first: PlannedTask; readonly group: PlannedTask[] }>();
  for (const task of tasks) {
    const key = `${task.name}\n${groupReason(task.step.reason)}`;
    const known = groups.get(key);
    if (known) known.group.push(task);
    else groups.set(key, { first: task, group: [task] });
  }
  return [...groups.values()].map(({ first, group }) => {
    if (group.length === 1) return [`  ${first.id}`, timeText(first.step.estimateMs), reasonText(first.step.reason)];
    const total = group.some(({ step }) => step.estimateMs === null) ? null : group.reduce((sum, { step }) => sum + (step.estimateMs ?? 0), 0);
    return [`  ${first.name} x ${group.length}`, total === null ? '' : `${timeText(total)} in all`, groupReason(first.step.reason)];
  });
}

/** A reason without what differs among the instances of one task. */
function groupReason(reason: Reason): string {
  if (reason.kind === 'upstream-runs' || reason.kind === 'input-changed') return reasonText({ ...reason, upstream: nameOf(reason.upstream) });
  return reasonText(reason);
}

/** `train(step=60)` -> `train`; a path stays as it is. */
function nameOf(upstream: string): string {
  return upstream.endsWith(')') ? upstream.slice(0, upstream.indexOf('(')) : upstream;
}

function timeText(ms: number | null): string {
  return ms === null ? '' : roughDuration(ms);
}

/** The same for programs. `estimateMs` is null where there is no history. */
export function planJson(plan: Plan): Json {
  return {
    pipeline: plan.pipeline.name,
    file: plan.pipeline.file,
    params: plan.pipeline.params,
    estimateMs: plan.estimateMs,
    counts: countSteps(plan.steps),
    tasks: plan.pipeline.tasks.map(({ id, name, uses, index }) => ({ id, name, uses, ...stepJson(plan.steps[index]) })),
  };
}

function stepJson(step: PlanStep | undefined): { [key: string]: Json } {
  switch (step?.kind) {
    case 'cached':
      return { step: step.kind, fingerprint: step.fingerprint };
    case 'will-run':
      return { step: step.kind, fingerprint: step.fingerprint, reason: reasonJson(step.reason), estimateMs: step.estimateMs };
    case 'may-run':
      return { step: step.kind, reason: reasonJson(step.reason), estimateMs: step.estimateMs };
    case 'not-selected':
    case undefined:
      return { step: 'not-selected' };
  }
}

/** Reasons are plain data; a value that is absent (so the default) is left out, as JSON does. */
function reasonJson(reason: Reason): Json {
  return JSON.parse(JSON.stringify(reason)) as Json;
}
