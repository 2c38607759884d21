import type { Json } from '../engine/json.js';
import type { Task } from '../engine/pipeline.js';
import type { Plan, PlanStep } from '../engine/plan.js';
import type { Reason } from '../engine/reason.js';
import { outlineOf, type CriticalPath, type PlanOutline } from '../engine/why/plan-outline.js';
import { count, roughDuration, size, type Colors } from '../reporters/format.js';
import { reasonText } from '../reporters/reason-text.js';
import { caveatCounts, keptRows } from './kept-text.js';
import { table } from './table.js';

type Runs = Extract<PlanStep, { kind: 'will-run' | 'may-run' }>;

interface RunningTask {
  readonly id: string;
  readonly name: string;
  readonly step: Runs;
  /** The task above it that is why it may run. */
  readonly root: Task | undefined;
}

export interface PlanTextOptions {
  readonly colors: Colors;
  readonly cores: number;
  /** Every task on a line of its own, instead of one for the tasks of one name that run for one reason. */
  readonly expanded: boolean;
}

/** Tasks of the critical path that are named: its ends say most. */
const pathEnds = 3;

/** What would run and why, for a person. */
export function planText(plan: Plan, { colors, cores, expanded }: PlanTextOptions): string {
  const outline = outlineOf(plan);
  const running = plan.pipeline.tasks.flatMap(({ id, name, index }): RunningTask[] => {
    const step = plan.steps[index];
    if (step?.kind !== 'will-run' && step?.kind !== 'may-run') return [];
    return [{ id, name, step, root: plan.pipeline.tasks[outline.roots[index] ?? -1] }];
  });
  const rows = (kind: Runs['kind']): string[][] => {
    const tasks = running.filter((task) => task.step.kind === kind);
    return expanded ? tasks.map((task) => [`  ${task.id}`, estimateText([task]), taskReason(task)]) : groupedRows(tasks);
  };
  return [
    `${headline(plan, outline, cores)}\n`,
    part(colors.bold('will run'), rows('will-run')),
    part(`${colors.bold('may run')} (still cached where what they read comes out the same)`, rows('may-run')),
    part(`${colors.bold('kept')} (an earlier result, as --rerun-on passes over what changed)`, keptRows(plan)),
    outline.criticalPath && outline.criticalPath.tasks.length > 1 ? `\nlongest chain: ${pathText(outline.criticalPath)}\n` : '',
  ].join('');
}

function part(title: string, rows: readonly string[][]): string {
  return rows.length === 0 ? '' : `\n${title}\n${table(rows)}`;
}

/** `babel-tower: 156 tasks, 120 cached, 30 will run, 6 may run, about 4m on 2 cores, about 12 MB` */
function headline(plan: Plan, { estimateBytes }: PlanOutline, cores: number): string {
  const { pipeline, steps, estimateMs } = plan;
  const counts = countSteps(steps);
  const runs = counts['will-run'] + counts['may-run'];
  const parts = [
    count(steps.length, 'task'), `${counts.cached} cached`, ...caveatCounts(plan), `${counts['will-run']} will run`, `${counts['may-run']} may run`,
    ...(counts['not-selected'] > 0 ? [`${counts['not-selected']} not selected`] : []),
    ...(runs === 0 ? ['nothing to do'] : [`${estimateMs === null ? 'time unknown (no history)' : `about ${roughDuration(estimateMs)}`} on ${count(cores, 'core')}`]),
    ...(runs === 0 || estimateBytes === null ? [] : [`about ${size(Math.round(estimateBytes))}`]),
  ];
  return `${pipeline.name}: ${parts.join(', ')}`;
}

/** `corpus -> train(step=100) -> ... 8 more ... -> report, 4m` */
function pathText({ tasks, ms }: CriticalPath): string {
  const ids = tasks.map(({ id }) => id);
  const shown = ids.length <= 2 * pathEnds + 1 ? ids : [...ids.slice(0, pathEnds), `... ${ids.length - 2 * pathEnds} more ...`, ...ids.slice(-pathEnds)];
  return `${shown.join(' -> ')}, ${roughDuration(ms)}`;
}

function countSteps(steps: readonly PlanStep[]): Record<PlanStep['kind'], number> {
  const counts = { cached: 0, 'will-run': 0, 'may-run': 0, 'not-selected': 0 };
  for (const step of steps) counts[step.kind] += 1;
  return counts;
}

function groupedRows(tasks: readonly RunningTask[]): string[][] {
  const groups = new Map<string, { readonly first: RunningTask; readonly group: RunningTask[] }>();
  for (const task of tasks) {
    const key = `${task.name}\n${groupReason(task)}`;
    const known = groups.get(key);
    if (known) known.group.push(task);
    else groups.set(key, { first: task, group: [task] });
  }
  return [...groups.values()].map(({ first, group }) => (group.length === 1
    ? [`  ${first.id}`, estimateText(group), taskReason(first)]
    : [`  ${first.name} x ${group.length}`, estimateText(group), groupReason(first)]));
}

function taskReason({ step: { reason }, root }: RunningTask): string {
  return `${reasonText(reason)}${rootText(reason, root?.id)}`;
}

/** A reason without what differs among the instances of one task. */
function groupReason({ step: { reason }, root }: RunningTask): string {
  if (reason.kind !== 'upstream-runs' && reason.kind !== 'input-changed') return reasonText(reason);
  return `${reasonText({ ...reason, upstream: nameOf(reason.upstream) })}${rootText({ ...reason, upstream: nameOf(reason.upstream) }, root?.name)}`;
}

/** Where the task that it reads from is not itself the cause. */
function rootText(reason: Reason, root: string | undefined): string {
  return reason.kind === 'upstream-runs' && root !== undefined && root !== reason.upstream ? `, because of ${root}` : '';
}

/** `train(step=60)` -> `train`; a path stays as it is. */
function nameOf(upstream: string): string {
  return upstream.endsWith(')') ? upstream.slice(0, upstream.indexOf('(')) : upstream;
}

/** `2s, 3 MB in all`; nothing without history. */
function estimateText(tasks: readonly RunningTask[]): string {
  const sum = (figure: 'estimateMs' | 'estimateBytes'): number | null =>
    tasks.some(({ step }) => step[figure] === null) ? null : tasks.reduce((total, { step }) => total + (step[figure] ?? 0), 0);
  const [ms, bytes] = [sum('estimateMs'), sum('estimateBytes')];
  if (ms === null) return '';
  return `${roughDuration(ms)}${bytes === null ? '' : `, ${size(Math.round(bytes))}`}${tasks.length > 1 ? ' in all' : ''}`;
}

/** The same for programs. `estimateMs` is null where there is no history. */
export function planJson(plan: Plan): Json {
  const { roots, estimateBytes, criticalPath } = outlineOf(plan);
  const rootJson = (index: number): { [key: string]: Json } => {
    const root = plan.pipeline.tasks[roots[index] ?? -1];
    return root && root.index !== index ? { root: root.id } : {};
  };
  return {
    pipeline: plan.pipeline.name,
    file: plan.pipeline.file,
    params: plan.pipeline.params,
    estimateMs: plan.estimateMs,
    estimateBytes,
    criticalPath: criticalPath ? { tasks: criticalPath.tasks.map(({ id }) => id), ms: criticalPath.ms } : null,
    counts: countSteps(plan.steps),
    tasks: plan.pipeline.tasks.map(({ id, name, uses, index }) => ({ id, name, uses, ...stepJson(plan.steps[index]), ...rootJson(index) })),
  };
}

function stepJson(step: PlanStep | undefined): { [key: string]: Json } {
  switch (step?.kind) {
    case 'cached':
      return {
        step: step.kind, fingerprint: step.fingerprint,
        ...(step.keptDespite && { keptDespite: step.keptDespite.map(({ pointer }) => pointer) }), ...(step.record.accepted && { accepted: step.record.accepted.reason }),
      };
    case 'will-run':
      return { step: step.kind, fingerprint: step.fingerprint, reason: reasonJson(step.reason), estimateMs: step.estimateMs, estimateBytes: step.estimateBytes };
    case 'may-run':
      return { step: step.kind, reason: reasonJson(step.reason), estimateMs: step.estimateMs, estimateBytes: step.estimateBytes };
    case 'not-selected':
    case undefined:
      return { step: 'not-selected' };
  }
}

/** Reasons are plain data; a value that is absent (so the default) is left out, as JSON does. */
function reasonJson(reason: Reason): Json {
  return JSON.parse(JSON.stringify(reason)) as Json;
}
