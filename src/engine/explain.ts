import type { ActionRecord, Preimage, PreimageInput, PreimageSource } from './action-record.js';
import { canonicalJson } from './fingerprint.js';
import type { Json, JsonObject } from './json.js';
import { withDefaults } from './parameter-defaults.js';
import type { Position } from './pipeline.js';
import type { Reason } from './reason.js';
import type { ParameterSchema } from './task-kind.js';

/** One leaf in which two preimages differ. */
export interface Difference {
  /** JSON pointer into the preimage: `/parameters/steps`, `/inputs/corpus/digest`. */
  readonly pointer: string;
  /** undefined where the leaf is absent. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** What explain cannot know from the preimages: the graph, and the file the user wrote. */
export interface ExplainContext {
  /** Task id or user's path behind an input; `index` counts the sources of a fan-in. */
  upstreamOf(input: string, index: number): string;
  /** Where the parameter at a JSON pointer into `with` is written. */
  positionOf(pointer: string): Position | undefined;
  /** The kind's parameters: a value that was left out of a preimage as the default is then shown. */
  readonly parameters?: ParameterSchema;
}

/** What can differ, the deepest cause first: new code explains a new default, not the other way round. */
const SECTIONS = ['format', 'kind', 'version', 'code', 'parameters', 'inputs', 'environment', 'runtime', 'outputs'] as const;

/**
 * Why the task that `after` stands for does not have the result of `before`, its nearest earlier record.
 * Call it for a task without a usable record: equal preimages mean that the record's outputs are gone.
 */
export function explain(before: ActionRecord | undefined, after: Preimage, context: ExplainContext): Reason {
  // A record of another kind is no record of this task: nothing in it is comparable.
  if (before === undefined || before.preimage.kind !== after.kind) return { kind: 'never-run' };
  const [first] = differences(before.preimage, after, context.parameters);
  if (first === undefined) return outputMissing(before);
  const [section, ...path] = tokensOf(first.pointer) as [(typeof SECTIONS)[number], ...string[]];
  switch (section) {
    case 'kind': return { kind: 'never-run' };
    case 'version': return { kind: 'kind-version-changed', before: before.preimage.version, after: after.version };
    case 'format':
    case 'code': return { kind: 'code-changed' };
    case 'parameters': return parameterChanged(pointerOf(path), first, context);
    case 'inputs': return inputChanged(path, before.preimage, after, context);
    case 'environment': return { kind: 'environment-changed', variable: path[0] ?? '' };
    case 'runtime': return { kind: 'runtime-changed', before: runtimeText(before.preimage), after: runtimeText(after) };
    case 'outputs': return { kind: 'outputs-changed' };
  }
}

/**
 * Every leaf in which two preimages differ, for `why`: in the order of SECTIONS, keys sorted.
 * With the kind's parameters, values that equal the default are shown instead of missing.
 */
export function differences(before: Preimage, after: Preimage, parameters?: ParameterSchema): Difference[] {
  return SECTIONS.flatMap((section) => {
    const fill = section === 'parameters' && parameters !== undefined;
    const old = fill ? withDefaults(parameters, before.parameters) : before[section];
    const now = fill ? withDefaults(parameters, after.parameters) : after[section];
    return leafDifferences(pointerOf([section]), old as Json | undefined, now as Json | undefined);
  });
}

/** Every leaf in which two JSON values differ, keys sorted; `pointer` is where they are. */
export function leafDifferences(pointer: string, before: Json | undefined, after: Json | undefined): Difference[] {
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    return equal(before, after) ? [] : [{ pointer, before, after }];
  }
  const keys = Array.isArray(before)
    ? Array.from({ length: Math.max(before.length, Object.keys(after).length) }, (_, index) => String(index))
    : [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => leafDifferences(pointer + pointerOf([key]), own(before, key), own(after, key)));
}

function outputMissing(record: ActionRecord): Reason {
  const [output] = Object.keys(record.outputs);
  return output === undefined ? { kind: 'never-run' } : { kind: 'output-missing', output };
}

function parameterChanged(pointer: string, { before, after }: Difference, { positionOf }: ExplainContext): Reason {
  const position = nearestPosition(pointer, positionOf);
  return { kind: 'parameter-changed', pointer, before, after, ...(position !== undefined && { position }) };
}

/** A removed leaf has no position any more; the object it was in has. */
function nearestPosition(pointer: string, positionOf: ExplainContext['positionOf']): Position | undefined {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const position = positionOf(at);
    if (position !== undefined) return position;
  }
  return undefined;
}

/** `path` is the differing leaf below `/inputs`: the input's name, then for a fan-in the place in its list. */
function inputChanged([input = '', place]: readonly string[], before: Preimage, after: Preimage, context: ExplainContext): Reason {
  const old = before.inputs[input];
  const now = after.inputs[input];
  const index = Array.isArray(old) && Array.isArray(now) ? Number(place) : 0;
  const [from, to] = [sourceText(old, index), sourceText(now, index)];
  return {
    kind: 'input-changed',
    input,
    upstream: context.upstreamOf(input, index),
    ...(from !== undefined && { before: from }),
    ...(to !== undefined && { after: to }),
  };
}

/** A digest for bytes, the JSON text for a value; the labels too where an element of a fan-in is what changed. */
function sourceText(input: PreimageInput | undefined, index: number): string | undefined {
  if (input === undefined) return undefined;
  if (!isFanIn(input)) return contentText(input);
  const source = input[index];
  if (source === undefined) return undefined;
  const labels = Object.entries(source.labels).map(([axis, value]) => `${axis}=${String(value)}`);
  return labels.length === 0 ? contentText(source) : `${contentText(source)} (${labels.join(',')})`;
}

function contentText(source: PreimageSource): string {
  return 'digest' in source ? source.digest : canonicalJson(source.value);
}

function isFanIn(input: PreimageInput): input is Extract<PreimageInput, readonly unknown[]> {
  return Array.isArray(input);
}

function runtimeText({ runtime }: Preimage): string {
  const parts = Object.entries(runtime).sort().map(([name, value]) => `${name} ${value}`);
  return parts.length === 0 ? 'any' : parts.join(', ');
}

function own(container: Json[] | JsonObject, key: string): Json | undefined {
  return Object.hasOwn(container, key) ? (container as JsonObject)[key] : undefined;
}

function equal(one: Json | undefined, other: Json | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonicalJson(one) === canonicalJson(other);
}

function isContainer(value: Json | undefined): value is Json[] | JsonObject {
  return typeof value === 'object' && value !== null;
}

function pointerOf(tokens: readonly string[]): string {
  return tokens.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function tokensOf(pointer: string): string[] {
  return pointer.split('/').slice(1).map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}
