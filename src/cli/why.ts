import { differences, type Difference } from '../engine/explain.js';
import { withoutDefaults } from '../engine/parameter-defaults.js';
import type { Task } from '../engine/pipeline.js';
import type { PlanStep } from '../engine/plan.js';
import { upstreamOf } from '../engine/selection.js';
import { count } from '../reporters/format.js';
import { reasonText } from '../reporters/reason-text.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { shownPath } from './pipeline-file.js';
import { tasksMatching, withPlan, type Planned, type PlanningOptions } from './planning.js';
import type { Shell } from './shell.js';
import { table } from './table.js';
import { changeOf, recordText, type Places } from './why-text.js';

/** A pattern may name thousands of tasks; the first few tell the story. */
const tasksTold = 10;
const rootsTold = 5;

/** `pipelines why FILE TASK`: why it would run, down to the root cause, or where its cached result comes from. */
export function whyVerb(file: string, pattern: string, options: PlanningOptions, shell: Shell): Promise<ExitCode> {
  return withPlan(file, options, shell, async (planned) => {
    const matching = tasksMatching(pattern, planned, shell);
    const places = { pipeline: planned.pipeline, file: shownPath(planned.pipeline.file, shell) };
    const texts = await Promise.all(matching.slice(0, tasksTold).map((index) => whyText(index, planned, places)));
    shell.stdout.write(texts.join('\n'));
    if (matching.length > tasksTold) shell.stdout.write(`\nand ${count(matching.length - tasksTold, 'more task')}; name one by its id\n`);
    return exitCode.ok;
  });
}

async function whyText(index: number, planned: Planned, places: Places): Promise<string> {
  const { task, step } = planStepOf(index, planned);
  switch (step.kind) {
    case 'cached':
      return `${task.id} is cached\n  computed by ${recordText(step.record, places.pipeline.name, task.id)}\n  fingerprint ${step.fingerprint.slice(0, 12)}\n`;
    case 'will-run':
      return willRunText(task, step, planned, places);
    case 'may-run':
      return mayRunText(task, planned, places);
    case 'not-selected':
      return `${task.id} is not selected\n`;
  }
}

async function willRunText(task: Task, step: Extract<PlanStep, { kind: 'will-run' }>, planned: Planned, places: Places): Promise<string> {
  const { actions } = planned.cache;
  const own = await actions.latest(places.pipeline.name, task.id);
  const latest = own ?? await actions.latest(places.pipeline.name, task.name);
  const changes = latest && latest.preimage.kind === step.preimage.kind
    ? differences(latest.preimage, step.preimage, planned.kinds.get(task.uses)?.kind.parameters) : [];
  if (!latest || changes.length === 0) return `${task.id} will run: ${reasonText(step.reason)}\n`;
  const record = recordText(latest, places.pipeline.name, task.id);
  return [
    own ? `${task.id} will run: ${count(changes.length, 'change')} since ${record}\n`
      : `${task.id} will run: no earlier result; ${count(changes.length, 'difference')} from the latest instance, ${record}\n`,
    changesTable(changes, task, places),
    ...upstreamLines(changes, task, planned),
  ].join('');
}

function changesTable(changes: readonly Difference[], task: Task, places: Places): string {
  return table(changes.map((difference) => {
    const { what, before, after, from } = changeOf(difference, task, places);
    return [`  ${what}`, `${before} -> ${after}`, from];
  }));
}

/** A changed input whose producer is cached was computed anew in some earlier run: say which. */
function upstreamLines(changes: readonly Difference[], task: Task, planned: Planned): string[] {
  const inputs = new Set(changes.flatMap(({ pointer }) => (pointer.startsWith('/inputs/') ? [pointer.split('/')[2] ?? ''] : [])));
  const producers = new Set([...inputs].flatMap((input) => (task.inputs[input]?.sources ?? []).flatMap((source) => (source.kind === 'output' ? [source.task] : []))));
  return [...producers].slice(0, rootsTold).flatMap((index) => {
    const upstream = planStepOf(index, planned);
    return upstream.step.kind === 'cached'
      ? [`  ${upstream.task.id} has its present result from ${recordText(upstream.step.record, planned.pipeline.name, upstream.task.id)}\n`] : [];
  });
}

async function mayRunText(task: Task, planned: Planned, places: Places): Promise<string> {
  const chains = chainsToRoots(task.index, planned);
  const [first = []] = chains;
  const rootGroups = byTaskName(chains.map((chain) => chain.at(-1) ?? task.index), planned);
  const own = await ownChanges(task, planned);
  const roots = await Promise.all([...rootGroups.values()].slice(0, rootsTold).map((group) => rootText(group, planned, places)));
  return [
    `${task.id} may run: something that it depends on runs first; if that gives the same result as before, it stays cached\n`,
    `  ${first.map((index) => planStepOf(index, planned).task.id).join(' <- ')}\n`,
    rootGroups.size === 1 ? 'root cause:\n' : 'root causes:\n',
    ...roots.map(indented),
    ...(rootGroups.size > rootsTold ? [`  and ${rootGroups.size - rootsTold} more\n`] : []),
    ...(own.length > 0 ? [`and it runs in any case, as it has changed itself:\n${changesTable(own, task, places)}`] : []),
  ].join('');
}

function byTaskName(indices: readonly number[], planned: Planned): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const index of indices) {
    const { name } = planStepOf(index, planned).task;
    const group = groups.get(name);
    if (group) group.push(index);
    else groups.set(name, [index]);
  }
  return groups;
}

/** One instance of a task speaks for all. */
async function rootText(instances: readonly number[], planned: Planned, places: Places): Promise<string> {
  const [first = 0] = instances;
  const others = instances.length - 1;
  return `${await whyText(first, planned, places)}${others > 0 ? `  and ${count(others, 'more instance')} of ${planStepOf(first, planned).task.name}\n` : ''}`;
}

/** What is already known to differ for a task whose inputs are not: its parameters and its code. */
async function ownChanges(task: Task, { cache, kinds, pipeline }: Planned): Promise<readonly Difference[]> {
  const latest = await cache.actions.latest(pipeline.name, task.id);
  const registered = kinds.get(task.uses);
  if (!latest || !registered || latest.preimage.kind !== task.uses) return [];
  const { kind, codeDigest } = registered;
  const parameters = withoutDefaults(kind.parameters, task.parameters);
  return differences(latest.preimage, { ...latest.preimage, parameters, code: codeDigest, version: kind.version }, kind.parameters);
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

/** From a task that may run to each task above it that will: the shortest chain to each, nearest first. */
function chainsToRoots(start: number, planned: Planned): readonly (readonly number[])[] {
  const roots: number[] = [];
  /** The task through which each was first reached; the keys are in order of distance, and grow while we walk them. */
  const reachedFrom = new Map<number, number | undefined>([[start, undefined]]);
  for (const index of reachedFrom.keys()) {
    const { task, step } = planStepOf(index, planned);
    if (step.kind === 'will-run') roots.push(index);
    if (step.kind !== 'may-run') continue;
    for (const upstream of upstreamOf(task)) if (!reachedFrom.has(upstream)) reachedFrom.set(upstream, index);
  }
  return roots.map((root) => {
    const chain: number[] = [];
    for (let index: number | undefined = root; index !== undefined; index = reachedFrom.get(index)) chain.unshift(index);
    return chain;
  });
}

function planStepOf(index: number, { pipeline, plan }: Planned): { readonly task: Task; readonly step: PlanStep } {
  const [task, step] = [pipeline.tasks[index], plan.steps[index]];
  if (!task || !step) throw new Error(`there is no task ${index} in the plan`);
  return { task, step };
}
