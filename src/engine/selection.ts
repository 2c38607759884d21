import type { Diagnostic, InputSource, Pipeline, Task } from './pipeline.js';
import type { Selection } from './plan.js';
import { taskPattern } from './task-pattern.js';

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
  const byId = new Map(pipeline.tasks.map((task) => [task.id, task.index]));
  const matching = (patterns: readonly string[]): Set<number> =>
    new Set(patterns.flatMap((written) => {
      const { above, pattern, below } = arms(written);
      const exact = byId.get(pattern);
      const matched = exact === undefined ? matchesOf(pattern, pipeline, diagnostics) : new Set([exact]);
      return [...matched, ...(above ? withAncestors(pipeline, matched) : []), ...(below ? withDescendants(pipeline, matched) : [])];
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

/** `+task`: it and everything it needs; `task+`: it and everything that needs it. */
function arms(written: string): { readonly above: boolean; readonly pattern: string; readonly below: boolean } {
  const [, above = '', pattern = '', below = ''] = /^(\+?)(.*?)(\+?)$/s.exec(written) ?? [];
  return { above: above !== '', pattern, below: below !== '' };
}

function matchesOf(text: string, pipeline: Pipeline, diagnostics: Diagnostic[]): ReadonlySet<number> {
  const pattern = taskPattern(text);
  const matches = pipeline.tasks.filter((task) => pattern.matches(task));
  if (matches.length === 0) diagnostics.push(pattern.miss(pipeline));
  return new Set(matches.map((task) => task.index));
}

/** Everything that a task reads, in the order of its inputs. */
export function sourcesOf(task: Task): readonly InputSource[] {
  return Object.values(task.inputs).flatMap((input) => input.sources);
}

const upstreamOfTask = new WeakMap<Task, readonly number[]>();

/** Indices of the tasks whose outputs a task reads, each once. Asked for many times a run: computed once a task. */
export function upstreamOf(task: Task): readonly number[] {
  const known = upstreamOfTask.get(task);
  if (known) return known;
  const indices = [...new Set(sourcesOf(task).flatMap((source) => (source.kind === 'output' ? [source.task] : [])))];
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
