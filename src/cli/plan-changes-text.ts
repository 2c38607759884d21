import type { PlanChange, PlanComparison } from '../engine/plan-changes.js';
import type { PlannedKind, PlannedTask } from '../engine/plan-file.js';
import { count } from '../reporters/format.js';
import { changeText, parameterName, reasonText } from '../reporters/reason-text.js';

/** How many changes are told one by one. */
const told = 20;

/** What changed since the plan was made: the first ones in full, the rest counted. */
export function planChangesText({ changes }: PlanComparison): string {
  const lines = changes.slice(0, told).map((change) => `  ${changeLine(change)}\n`);
  const rest = new Map<PlanChange['kind'], number>();
  for (const { kind } of changes.slice(told)) rest.set(kind, (rest.get(kind) ?? 0) + 1);
  const counts = [...rest].map(([kind, number]) => count(number, nounOf(kind)));
  return `${lines.join('')}${counts.length > 0 ? `  and ${counts.join(', ')}\n` : ''}`;
}

function changeLine(change: PlanChange): string {
  switch (change.kind) {
    case 'parameter-changed': {
      const { pointer, before, after } = change.difference;
      return `params.${parameterName(pointer)}: ${changeText(before, after).join(' -> ')}`;
    }
    case 'code-changed':
      return `code of ${change.uses}: ${codeText(change.before)} -> ${codeText(change.after)}`;
    case 'runtime-changed':
      return `runtime of ${change.uses}: ${runtimeText(change.before)} -> ${runtimeText(change.after)}`;
    case 'input-changed':
      return `${change.path}: ${change.before?.slice(0, 12) ?? 'not read'} -> ${change.after?.slice(0, 12) ?? 'not read any more'}`;
    case 'task-added':
      return `${change.task}: new`;
    case 'task-removed':
      return `${change.task}: no longer in the pipeline`;
    case 'step-changed':
      return `${change.task}: ${stepText(change.before, 'was')}, ${stepText(change.after, 'is')} now${change.reason ? ` (${reasonText(change.reason)})` : ''}`;
    case 'fingerprint-changed':
      return `${change.task}: fingerprint ${change.before.slice(0, 12)} -> ${change.after.slice(0, 12)}`;
    case 'definition-changed':
      return `${change.task}: its parameters, environment, outputs or what it reads changed`;
  }
}

function nounOf(kind: PlanChange['kind']): string {
  switch (kind) {
    case 'parameter-changed':
      return 'more parameter';
    case 'code-changed':
    case 'runtime-changed':
      return 'more task kind';
    case 'input-changed':
      return 'more changed input';
    case 'task-added':
      return 'more new task';
    case 'task-removed':
      return 'more removed task';
    case 'step-changed':
    case 'fingerprint-changed':
    case 'definition-changed':
      return 'more changed task';
  }
}

function codeText({ version, code }: PlannedKind): string {
  return `version ${version}, ${code.slice(0, 12)}`;
}

function runtimeText({ runtime }: PlannedKind): string {
  return Object.entries(runtime).map(([name, value]) => `${name} ${value}`).join(', ') || 'any';
}

function stepText(step: PlannedTask['step'], tense: 'was' | 'is'): string {
  switch (step) {
    case 'cached':
      return `${tense} cached`;
    case 'will-run':
      return tense === 'was' ? 'was to run' : 'would run';
    case 'may-run':
      return tense === 'was' ? 'might have run' : 'might run';
    case 'not-selected':
      return `${tense} not selected`;
  }
}
