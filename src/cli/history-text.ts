import type { Difference } from '../engine/explain.js';
import type { RecordedRun } from '../engine/runs/recorded-run.js';
import type { TaskResult } from '../engine/runs/task-results.js';
import { count, duration } from '../reporters/format.js';
import { changeText, parameterName, reasonText } from '../reporters/reason-text.js';
import { table } from './table.js';
import { timeText } from './why-text.js';

export interface RunInHistory {
  readonly run: RecordedRun;
  /** From the run of the same pipeline before it; undefined for the first. */
  readonly changes: readonly Difference[] | undefined;
}

const changesTold = 3;

/** Runs for a person, the newest first. */
export function runsText(runs: readonly RunInHistory[], earlier: number): string {
  const rows = runs.toReversed().map(({ run, changes }) => [
    run.run, whenText(run.startedAt), run.pipeline, run.outcome, duration(run.ms), countsText(run), changesText(changes),
  ]);
  return `${table([['run', 'began', 'pipeline', 'outcome', 'took', 'tasks', 'parameters'], ...rows])}${earlier > 0 ? `and ${count(earlier, 'earlier run')}; --all lists them\n` : ''}`;
}

/** `12 executed, 3 cached, 1 failed`: what there is none of is left out. */
export function countsText({ executed, cached, failed, skipped }: Pick<RecordedRun, 'executed' | 'cached' | 'failed' | 'skipped'>): string {
  const parts = Object.entries({ executed, cached, failed, skipped }).filter(([, tasks]) => tasks > 0).map(([what, tasks]) => `${tasks} ${what}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

export function whenText(at: number | undefined): string {
  return at === undefined ? 'unknown' : timeText(new Date(at).toISOString());
}

function changesText(changes: readonly Difference[] | undefined): string {
  if (changes === undefined) return '(the first run)';
  if (changes.length === 0) return '';
  const told = changes.slice(0, changesTold).map(({ pointer, before, after }) => `${parameterName(pointer)} ${changeText(before, after).join(' -> ')}`);
  return `${told.join(', ')}${changes.length > changesTold ? `, and ${changes.length - changesTold} more` : ''}`;
}

/** The results that tasks have had, the newest first. A cached result is told where it is another than that of the run before. */
export function taskResultsText(results: readonly TaskResult[]): string {
  const last = new Map<string, string | undefined>();
  const told = results.filter((result) => {
    const before = last.get(result.task);
    const known = last.has(result.task);
    if (result.fingerprint !== undefined || result.outcome === 'executed') last.set(result.task, result.fingerprint);
    return result.outcome !== 'cached' || !known || (result.fingerprint !== undefined && result.fingerprint !== before);
  });
  const rows = told.toReversed().map((result) => [
    result.task, whenText(result.at), result.outcome, result.fingerprint?.slice(0, 12) ?? '-', result.ms === undefined ? '-' : duration(result.ms), result.run, whyText(result),
  ]);
  return table([['task', 'when', 'outcome', 'fingerprint', 'took', 'run', 'why'], ...rows]);
}

function whyText({ outcome, reason, failures, attempts }: TaskResult): string {
  const failure = outcome === 'failed' ? failures.at(-1) : undefined;
  const text = failure ? failure.message.split('\n')[0] ?? '' : reason ? reasonText(reason) : '';
  return attempts > 1 ? `${text} (${attempts} attempts)` : text;
}
