import { closest } from 'fastest-levenshtein';
import type { Diagnostic, Pipeline, Task } from './pipeline.js';
import type { Selection } from './plan.js';

export type SelectionResult =
  | {
    readonly kind: 'ok';
    /** Whether each task is part of the run. */
    readonly selected: readonly boolean[];
    /** Whether each selected task runs even when cached. */
    readonly forced: readonly boolean[];
  }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

/** Resolves the patterns of a selection. Several of `only`, `until` and `from` together select what all of them select. */
export function select(pipeline: Pipeline, selection: Selection): SelectionResult {
  const diagnostics: Diagnostic[] = [];
  const matching = (patterns: readonly string[]): Set<number> =>
    new Set(patterns.flatMap((pattern) => {
      const matches = pipeline.tasks.filter((task) => matchesTask(pattern, task));
      if (matches.length === 0) diagnostics.push(unknownPattern(pattern, pipeline));
      return matches.map((task) => task.index);
    }));

  const parts: ReadonlySet<number>[] = [];
  if (selection.only) parts.push(matching(selection.only));
  if (selection.until) parts.push(withAncestors(pipeline, matching(selection.until)));
  if (selection.from) parts.push(withAncestors(pipeline, withDescendants(pipeline, matching(selection.from))));
  const forced = matching(selection.force ?? []);
  if (diagnostics.length > 0) return { kind: 'invalid', diagnostics };
  const selected = pipeline.tasks.map(({ index }) => parts.every((part) => part.has(index)));
  return { kind: 'ok', selected, forced: selected.map((included, index) => included && forced.has(index)) };
}

const upstreamOfTask = new WeakMap<Task, readonly number[]>();

/** Indices of the tasks whose outputs a task reads, each once. Asked for many times a run: computed once a task. */
export function upstreamOf(task: Task): readonly number[] {
  const known = upstreamOfTask.get(task);
  if (known) return known;
  const upstream = new Set<number>();
  for (const input of Object.values(task.inputs)) {
    for (const source of input.sources) if (source.kind === 'output') upstream.add(source.task);
  }
  const indices = [...upstream];
  upstreamOfTask.set(task, indices);
  return indices;
}

/** The given tasks and everything they need. */
export function withAncestors(pipeline: Pipeline, indices: ReadonlySet<number>): Set<number> {
  const closed = new Set(indices);
  for (const task of pipeline.tasks.toReversed()) {
    if (closed.has(task.index)) for (const upstream of upstreamOf(task)) closed.add(upstream);
  }
  return closed;
}

function withDescendants(pipeline: Pipeline, indices: ReadonlySet<number>): Set<number> {
  const closed = new Set(indices);
  for (const task of pipeline.tasks) {
    if (upstreamOf(task).some((upstream) => closed.has(upstream))) closed.add(task.index);
  }
  return closed;
}

/** A bare name means all its instances; an id that instance; coordinates in parentheses may come in any order, `*` for the rest. */
function matchesTask(pattern: string, task: Task): boolean {
  if (pattern === task.id || globOf(pattern).test(task.name) || globOf(pattern).test(task.id)) return true;
  const coordinates = /^([^()]+)\((.*)\)$/.exec(pattern);
  if (!coordinates) return false;
  const [, name = '', list = ''] = coordinates;
  return globOf(name).test(task.name) && matchesCoordinates(list.split(',').map((part) => part.trim()), task);
}

function matchesCoordinates(parts: readonly string[], task: Task): boolean {
  const named = parts.filter((part) => part !== '*');
  const open = named.length < parts.length;
  if (!open && named.length !== Object.keys(task.labels).length) return false;
  return named.every((part) => {
    const [axis = '', value = ''] = part.split(/=(.*)/s);
    return axis in task.labels && globOf(value).test(String(task.labels[axis]));
  });
}

/** `*` and `?` only: parentheses, commas and brackets are part of task ids, so a shell's extended globs would misread them. */
function globOf(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}

function unknownPattern(pattern: string, pipeline: Pipeline): Diagnostic {
  const names = [...new Set(pipeline.tasks.flatMap((task) => (pattern.includes('(') ? [task.id] : [task.name])))];
  return {
    code: 'unknown-task',
    message: `no task matches "${pattern}"`,
    file: pipeline.file,
    ...(names.length > 0 ? { hint: `did you mean "${closest(pattern, names)}"?` } : {}),
  };
}
