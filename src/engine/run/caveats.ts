import type { Pipeline } from '../pipeline.js';
import { causeOf } from '../rerun-on.js';
import type { Outcome } from './task-runs.js';

/** How many tasks a caveat names. */
const named = 3;

/** What a reader of the results must know: which were not made from what the pipeline says now. One sentence each, once a run. */
export function caveatsOf({ tasks }: Pipeline, outcomes: readonly Outcome[]): readonly string[] {
  const kept: string[] = [];
  const accepted: string[] = [];
  outcomes.forEach((outcome, index) => {
    const id = tasks[index]?.id ?? '';
    if (outcome.kind === 'cached' && outcome.keptDespite) kept.push(`${id} (${[...new Set(outcome.keptDespite.map(causeOf))].join(', ')})`);
    if ('record' in outcome && outcome.record?.accepted) accepted.push(id);
  });
  return [
    ...(kept.length > 0 ? [`${kept.length === 1 ? '1 task keeps an earlier result' : `${kept.length} tasks keep earlier results`} despite changes that --rerun-on passes over: ${listed(kept)}`] : []),
    ...(accepted.length > 0 ? [`${accepted.length === 1 ? '1 result was' : `${accepted.length} results were`} accepted as equivalent, not computed: ${listed(accepted)} ("pipelines accept --list" says why)`] : []),
  ];
}

function listed(tasks: readonly string[]): string {
  const rest = tasks.length - named;
  return rest > 0 ? `${tasks.slice(0, named).join(', ')} and ${rest} more` : tasks.join(', ');
}
