import { resolve } from 'node:path';
import type { LoadOptions, LoadResult } from '../pipeline.js';
import type { TaskKinds } from '../task-kind.js';
import { declareTasks, expandTasks, type DeclaredTask } from './expand.js';
import { budgetOf, isExpression, jsonFromNode, type Place } from './interpolate.js';
import { limits } from './limits.js';
import { linkTasks } from './link.js';
import { mapOf, resolveParams } from './params.js';
import { parsePipelineText } from './parse.js';
import { settingKeys } from './settings.js';
import { pipelineShape } from './shape.js';
import { Diagnostics, SourceText, type MapNode, type SourceNode } from './source.js';
import { own, quote } from './suggest.js';
import { validateJson } from './validate.js';

/**
 * The text of a pipeline file to its validated, expanded graph of tasks, or to all mistakes in it. Pure: no disk, no clock.
 * @param file as diagnostics should name it; paths in it are resolved against its folder
 */
export function loadPipeline(file: string, text: string, kinds: TaskKinds, options: LoadOptions = {}): LoadResult {
  const diagnostics = new Diagnostics(new SourceText(file, text));
  const invalid = (): LoadResult => ({ kind: 'invalid', diagnostics: diagnostics.sorted(), text });
  const root = parsePipelineText(diagnostics);
  if (root === undefined) return invalid();

  // Each step takes what is well-formed and leaves the rest to the step that reports it, so all mistakes are found at once.
  checkShape(root, diagnostics);
  const params = resolveParams(root, options, diagnostics);
  const budget = budgetOf(limits.insertedValues);
  const context = { params, budget, maxTasks: options.maxTasks ?? limits.tasks, diagnostics };
  const declared = declareTasks(root, kinds, context);
  checkOutputs(declared, diagnostics);
  const expanded = expandTasks(declared, root, context);
  const tasks = linkTasks(expanded, file, context);
  if (diagnostics.count > 0) return invalid();

  const name = root.entries.get('name')?.value;
  return {
    kind: 'ok',
    pipeline: {
      name: name?.kind === 'scalar' ? String(name.value) : '',
      file: resolve(file),
      params: params.toJson(),
      ...(options.profile === undefined ? {} : { profile: options.profile }),
      tasks,
    },
  };
}

/** Keys and types of the file as written. What only interpolation completes is checked after it, by those who read it: settings, axes, inputs. */
function checkShape(root: MapNode, diagnostics: Diagnostics): void {
  const settings = new Set<string>(settingKeys);
  validateJson(pipelineShape, jsonFromNode(root), {
    name: 'the pipeline',
    keys: 'key',
    place: (pointer) => placeIn(root, pointer),
    defer(pointer) {
      const [, top = '', task = '', key = '', inner] = pointer.split('/');
      if (top === 'defaults') return task !== '';
      if (top !== 'tasks') return false;
      if (settings.has(key)) return true;
      if (key === 'matrix' || key === 'inputs') return inner !== undefined;
      return key === 'with' && isExpression(nodeIn(root, pointer)?.value);
    },
  }, diagnostics);
}

function checkOutputs(declared: readonly DeclaredTask[], diagnostics: Diagnostics): void {
  for (const { kind, entries } of declared) {
    const outputs = entries.get('outputs');
    if (kind === undefined || outputs === undefined) continue;
    if (kind.openPorts !== true) {
      diagnostics.report(outputs.key, 'closed-outputs', `the outputs of ${quote(kind.name)} are fixed: ${Object.keys(kind.outputs).join(', ')}`, 'leave `outputs` out');
      continue;
    }
    const files = new Set(Object.values(kind.outputs).map(({ fileName }) => fileName.toLowerCase()));
    for (const [name, { key, value }] of mapOf(outputs.value)?.entries ?? []) {
      const fileName = value.kind === 'scalar' ? String(value.value).replace(/\/$/, '').toLowerCase() : '';
      if (own(kind.outputs, name) !== undefined) diagnostics.report(key, 'duplicate-output', `${quote(kind.name)} already has the output ${quote(name)}`, 'give it another name');
      else if (files.has(fileName)) diagnostics.report(value.span, 'duplicate-output', `another output is already called ${quote(fileName)}`, 'file names differ in more than upper and lower case, so that every disk can hold them');
      files.add(fileName);
    }
  }
}

function placeIn(root: MapNode, pointer: string): Place | undefined {
  const found = nodeIn(root, pointer);
  return found === undefined ? undefined : { span: found.value.span, ...(found.key === undefined ? {} : { key: found.key }) };
}

/** The node at a JSON pointer, with the key that it stands under. */
function nodeIn(root: MapNode, pointer: string): { readonly key?: Place['key']; readonly value: SourceNode } | undefined {
  let found: { readonly key?: Place['key']; readonly value: SourceNode } = { value: root };
  for (const step of pointer.split('/').slice(1)) {
    const { value } = found;
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const item = value.kind === 'list' ? value.items[Number(name)] : undefined;
    const next = value.kind === 'map' ? value.entries.get(name) : item === undefined ? undefined : { value: item };
    if (next === undefined) return undefined;
    found = next;
  }
  return found;
}
