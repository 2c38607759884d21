import type { Plan, PlanStep } from '../engine/plan.js';
import { count, duration, roughDuration } from '../reporters/format.js';
import { reasonText } from '../reporters/reason-text.js';
import { table } from './table.js';

/** What a run must not do. */
export interface GuardOptions {
  readonly frozen?: boolean;
  /** Milliseconds. */
  readonly maxTime?: number;
}

/** How many tasks a refusal names. */
const named = 10;

interface RunningTask {
  readonly id: string;
  readonly step: Extract<PlanStep, { kind: 'will-run' | 'may-run' }>;
}

/** Why the plan must not be run; undefined when it may. */
export function refusalToRun(plan: Plan, { frozen, maxTime }: GuardOptions): string | undefined {
  const running = plan.pipeline.tasks.flatMap(({ id, index }): RunningTask[] => {
    const step = plan.steps[index];
    return step?.kind === 'will-run' || step?.kind === 'may-run' ? [{ id, step }] : [];
  });
  if (running.length === 0) return undefined;
  if (frozen) return frozenText(running);
  return maxTime === undefined ? undefined : maxTimeText(plan, running, maxTime);
}

function frozenText(running: readonly RunningTask[]): string {
  const willRun = running.filter(({ step }) => step.kind === 'will-run');
  const counts = [
    ...(willRun.length > 0 ? [`${count(willRun.length, 'task')} would run`] : []),
    ...(running.length > willRun.length ? [`${count(running.length - willRun.length, 'task')} might`] : []),
  ];
  // Those that will are why the others might.
  return `nothing was run: --frozen, and ${counts.join(' and ')}\n${taskRows(willRun.length > 0 ? willRun : running)}`;
}

function maxTimeText({ estimateMs }: Plan, running: readonly RunningTask[], maxTime: number): string | undefined {
  if (estimateMs !== null) {
    if (estimateMs <= maxTime) return undefined;
    const longest = running.toSorted((one, other) => (other.step.estimateMs ?? 0) - (one.step.estimateMs ?? 0));
    return `nothing was run: about ${roughDuration(estimateMs)} predicted, more than --max-time ${duration(maxTime)}; the longest tasks:\n`
      + taskRows(longest);
  }
  const unknown = running.filter(({ step }) => step.estimateMs === null);
  return `nothing was run: --max-time ${duration(maxTime)}, and the time is unknown, as ${count(unknown.length, 'task')} (or another of the same kind) never ran:\n${taskRows(unknown)}`;
}

function taskRows(tasks: readonly RunningTask[]): string {
  const rows = tasks.slice(0, named).map(({ id, step }) => [`  ${id}`, step.estimateMs === null ? '' : roughDuration(step.estimateMs), reasonText(step.reason)]);
  const rest = tasks.length - named;
  return `${table(rows)}${rest > 0 ? `  and ${rest} more\n` : ''}`;
}
