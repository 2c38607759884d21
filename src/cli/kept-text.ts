import type { Plan } from '../engine/plan.js';
import { changeText, parameterName } from '../reporters/reason-text.js';

/** How many differences of a task are told. */
const told = 3;

/** The tasks that keep an earlier result, with what is passed over. */
export function keptRows({ pipeline, steps }: Plan): string[][] {
  return pipeline.tasks.flatMap(({ id, index }) => {
    const step = steps[index];
    if (step?.kind !== 'cached' || !step.keptDespite) return [];
    const changes = step.keptDespite.map(({ pointer, before, after }) => `${parameterName(pointer)} ${changeText(before, after).map(short).join(' -> ')}`);
    const rest = changes.length - told;
    return [[`  ${id}`, `${changes.slice(0, told).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`]];
  });
}

/** Digests say nothing to people: twelve digits tell them apart. */
function short(text: string): string {
  return text.replaceAll(/[0-9a-f]{50,64}…?/g, (digest) => digest.slice(0, 12));
}

/** How many cached results are not what the pipeline as it is would have computed by itself: `2 of them kept, 1 accepted`. */
export function caveatCounts({ steps }: Plan): readonly string[] {
  const cached = steps.flatMap((step) => (step.kind === 'cached' ? [step] : []));
  const kept = cached.filter(({ keptDespite }) => keptDespite).length;
  const accepted = cached.filter(({ record }) => record.accepted).length;
  return [...(kept > 0 ? [`${kept} of them kept`] : []), ...(accepted > 0 ? [`${accepted} of them accepted`] : [])];
}
