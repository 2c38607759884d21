import { existsSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { ActionRecord, PreimageInput, StoredObject } from '../engine/action-record.js';
import type { JsonObject } from '../engine/json.js';
import type { InputSource, Pipeline, Task } from '../engine/pipeline.js';
import type { PlanStep } from '../engine/plan.js';
import { runResults } from '../engine/runs/run-results.js';
import { CorruptObjectError, type Cache } from '../engine/store.js';
import { count, duration, size } from '../reporters/format.js';
import { reasonText, valueText } from '../reporters/reason-text.js';
import { artifactPath, artifactsDirectory } from './artifacts.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { shownPath } from './pipeline-file.js';
import { tasksMatching, withPlan, type Planned, type PlanningOptions } from './planning.js';
import { theRun } from './recorded-runs.js';
import { Refusal, type Shell } from './shell.js';
import { table } from './table.js';

export interface ShowOptions extends PlanningOptions {
  readonly artifactsDir?: string;
  readonly run?: string;
}

const sourcesShown = 10;
const logLinesShown = 40;

/** `pipelines show FILE TASK`: everything known of one task and its latest result, or that of a run. */
export function showVerb(file: string, pattern: string, options: ShowOptions, shell: Shell): Promise<ExitCode> {
  // Nothing below the task is shown, so nothing below is planned.
  return withPlan(file, { ...options, until: [pattern] }, shell, async (planned) => {
    const { task, step } = theOneTask(pattern, planned, shell);
    const record = await recordOf(task, step, planned, options, shell);
    shell.stdout.write([
      headText(task, step, shownPath(planned.pipeline.file, shell)),
      // What a run of before had for parameters is in its record; what the task has now is in the file.
      options.run === undefined || !record ? parametersText(task.parameters) : parametersText(record.preimage.parameters),
      inputsText(task, planned.pipeline, record),
      ...(record
        ? [await outputsText(task, record, planned, options, shell), provenanceText(record), await differingText(record, planned.cache), await logText(record, planned.cache)]
        : ['\nno result yet\n']),
    ].join(''));
    return exitCode.ok;
  });
}

/** @throws {Refusal} when the run has no result of the task */
async function recordOf(task: Task, step: PlanStep, { cache, pipeline }: Planned, options: ShowOptions, shell: Shell): Promise<ActionRecord | undefined> {
  if (options.run === undefined) return step.kind === 'cached' ? step.record : cache.actions.latest(pipeline.name, task.id);
  const folder = theRun(options.run, { ...options, pipeline: pipeline.name }, shell);
  const fingerprint = (await runResults(folder, cache.actions)).fingerprints.get(task.id);
  const record = fingerprint === undefined ? undefined : await cache.actions.lookup(fingerprint);
  if (record) return record;
  throw new Refusal(fingerprint === undefined ? `run ${folder.id} has no result of ${task.id}` : `what ${task.id} had in run ${folder.id} is no longer in the cache`, '"pipelines history --task" lists the results of a task');
}

function theOneTask(pattern: string, planned: Planned, shell: Shell): { readonly task: Task; readonly step: PlanStep } {
  const matching = tasksMatching(pattern, planned, shell);
  const ids = matching.map((index) => planned.pipeline.tasks[index]?.id ?? '');
  if (ids.length > 1) throw new Refusal(`${pattern} names ${ids.length} tasks; show takes one`, `${ids.slice(0, sourcesShown).join(', ')}${ids.length > sourcesShown ? ', ...' : ''}`);
  const [index = -1] = matching;
  const [task, step] = [planned.pipeline.tasks[index], planned.plan.steps[index]];
  if (!task || !step) throw new Error(`there is no task ${index} in the plan`);
  return { task, step };
}

function headText(task: Task, step: PlanStep, file: string): string {
  return table([
    ['task', task.id],
    ['kind', task.uses],
    ['declared', `${file}:${task.position.line}:${task.position.column}`],
    ['state', stateText(step)],
    ...('fingerprint' in step ? [['fingerprint', step.fingerprint]] : []),
  ]);
}

function stateText(step: PlanStep): string {
  switch (step.kind) {
    case 'cached':
      return 'cached';
    case 'will-run':
      return `will run: ${reasonText(step.reason)}`;
    case 'may-run':
      return `may run: ${reasonText(step.reason)}`;
    case 'not-selected':
      return 'not selected';
  }
}

function parametersText(parameters: JsonObject): string {
  const rows = Object.entries(parameters).map(([name, value]) => [`  ${name}`, valueText(value)]);
  return rows.length === 0 ? '' : `\nparameters\n${table(rows)}`;
}

function inputsText(task: Task, pipeline: Pipeline, record: ActionRecord | undefined): string {
  const rows = Object.entries(task.inputs).flatMap(([name, input]) => [
    ...input.sources.slice(0, sourcesShown).map((source, index) => [`  ${name}`, input.type, contentText(record?.preimage.inputs[name], index), sourceText(source, pipeline)]),
    ...(input.sources.length > sourcesShown ? [[`  ${name}`, `and ${input.sources.length - sourcesShown} more`]] : []),
  ]);
  return rows.length === 0 ? '' : `\ninputs\n${table(rows)}`;
}

function contentText(input: PreimageInput | undefined, index: number): string {
  const source = Array.isArray(input) ? input[index] as Exclude<PreimageInput, readonly unknown[]> | undefined : input as Exclude<PreimageInput, readonly unknown[]> | undefined;
  if (!source) return '-';
  return 'digest' in source ? source.digest.slice(0, 12) : valueText(source.value);
}

function sourceText(source: InputSource, pipeline: Pipeline): string {
  const pointer = source.pointer === undefined ? '' : `#${source.pointer}`;
  return source.kind === 'path' ? `${source.path}${pointer}` : `${pipeline.tasks[source.task]?.id ?? ''}.${source.output}${pointer}`;
}

async function outputsText(task: Task, record: ActionRecord, { pipeline, cache }: Planned, options: ShowOptions, shell: Shell): Promise<string> {
  const rows = await Promise.all(Object.entries(record.outputs).map(async ([name, object]) => {
    const link = linkTo(object, artifactPath(artifactsDirectory(options, shell), pipeline, task, name), cache);
    const state = await cache.store.check(object);
    return [`  ${name}`, object.type, object.digest.slice(0, 12), size(object.bytes), state === 'present' ? (link ? shownPath(link, shell) : 'in the cache') : `${state} in the cache`];
  }));
  return `\noutputs\n${table(rows)}`;
}

/** The link for people, if it leads to this object: that of an earlier result leads to the latest. */
function linkTo(object: StoredObject, link: string | undefined, { store }: Cache): string | undefined {
  if (link === undefined) return undefined;
  const place = store.place(object, basename(link));
  return existsSync(place) && realpathSync(link) === realpathSync(place) ? link : undefined;
}

function provenanceText({ provenance, durationMs, fingerprint, accepted }: ActionRecord): string {
  return `\nresult\n${table([
    ['  computed', `by run ${provenance.run} of ${provenance.pipeline}, as ${provenance.task}`],
    ['  finished', provenance.finishedAt],
    ['  duration', duration(durationMs)],
    ['  host', `${provenance.host}, Node ${provenance.node}, pipelines ${provenance.engine}`],
    ['  fingerprint', fingerprint],
    ...(accepted ? [['  accepted', `by ${accepted.by} at ${accepted.at}, in place of a new result: ${accepted.reason}`]] : []),
  ])}`;
}

/** Other bytes that the same fingerprint has given: the first result stays, and these are kept beside it. */
async function differingText(record: ActionRecord, { actions }: Cache): Promise<string> {
  const others = await actions.differing(record.fingerprint);
  const rows = others.flatMap((other) => Object.entries(other.outputs)
    .filter(([name, { digest }]) => record.outputs[name]?.digest !== digest)
    .map(([name, { digest, bytes }]) => [`  ${name}`, digest.slice(0, 12), size(bytes), `by run ${other.provenance.run}, ${other.provenance.finishedAt}, on ${other.provenance.host}`]));
  return rows.length === 0 ? '' : `\nnot reproducible: ${count(others.length, 'other result')} of this fingerprint\n${table(rows)}`;
}

async function logText({ log }: ActionRecord, cache: Cache): Promise<string> {
  const lines = await readLog(log, cache);
  if (lines === undefined) return '\nlog\n  it is no longer in the cache\n';
  const shown = lines.slice(-logLinesShown);
  const earlier = lines.length - shown.length;
  return `\nlog${lines.length === 0 ? '\n  empty' : ''}\n${earlier > 0 ? `  (${count(earlier, 'earlier line')})\n` : ''}${shown.map((line) => `  ${line}\n`).join('')}`;
}

/** A log that was lost or damaged is no reason not to show the rest. */
async function readLog(digest: string, cache: Cache): Promise<readonly string[] | undefined> {
  try {
    const text = (await cache.store.read({ type: 'file', digest, bytes: 0 })).toString('utf8');
    return text === '' ? [] : text.replace(/\n$/, '').split('\n');
  } catch (error) {
    if (error instanceof CorruptObjectError) return undefined;
    throw error;
  }
}
