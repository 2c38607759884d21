import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import type { StoredObject } from './action-record.js';
import { UnstorableError } from './cache/errors.js';
import type { Diagnostic, InputSource, Pipeline, Task, TaskInput } from './pipeline.js';
import type { ContentStore } from './store.js';

export type SnapshotsResult =
  | { readonly kind: 'ok'; readonly snapshots: Map<string, StoredObject> }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

/** Copies the user's files and folders that the needed tasks read into the store, each once. */
export async function snapshotPaths(pipeline: Pipeline, store: ContentStore, needed: ReadonlySet<number>): Promise<SnapshotsResult> {
  const snapshots = new Map<string, StoredObject>();
  const diagnostics = new Map<string, Diagnostic>();
  for (const { task, input, name, source } of pathSources(pipeline, needed)) {
    const position = source.position ?? task.position;
    const place = `${source.path}:${position.line}:${position.column}`;
    if (diagnostics.has(place)) continue;
    const at = { file: pipeline.file, position };
    const shown = shownFrom(pipeline, source.path);
    try {
      const object = snapshots.get(source.path) ?? await store.snapshot(source.path);
      snapshots.set(source.path, object);
      const wanted = source.pointer === undefined ? input.type : 'file';
      if (object.type !== wanted) {
        diagnostics.set(place, { code: 'wrong-type', message: `input "${name}" of "${task.id}" takes a ${noun(wanted)}, and ${shown} is a ${noun(object.type)}`, hint: wanted === 'tree' ? 'name a folder' : wanted !== input.type ? 'name a JSON file' : 'a folder is named with a slash at its end: "./data/"', ...at });
      }
    } catch (error) {
      diagnostics.set(place, unreadable(error, `input "${name}" of "${task.id}"`, source.path, shown, at));
    }
  }
  return diagnostics.size > 0 ? { kind: 'invalid', diagnostics: [...diagnostics.values()] } : { kind: 'ok', snapshots };
}

function* pathSources(pipeline: Pipeline, needed: ReadonlySet<number>): Generator<{ task: Task; input: TaskInput; name: string; source: Extract<InputSource, { kind: 'path' }> }> {
  for (const task of pipeline.tasks) {
    if (!needed.has(task.index)) continue;
    for (const [name, input] of Object.entries(task.inputs)) {
      for (const source of input.sources) if (source.kind === 'path') yield { task, input, name, source };
    }
  }
}

/** @throws whatever is not about the user's path (a full disk, a bug) */
function unreadable(error: unknown, input: string, path: string, shown: string, at: Pick<Diagnostic, 'file' | 'position'>): Diagnostic {
  if (!(error instanceof UnstorableError)) throw error;
  if (!existsSync(path)) return { code: 'missing-input', message: `${input}: there is no file or folder ${shown}`, hint: missingHint(path), ...at };
  return { code: 'unreadable-input', message: `${input}: ${error.message}`, hint: 'make it readable, or name another', ...at };
}

/** The nearest name in the same folder; else where paths start. */
function missingHint(path: string): string {
  if (/[*?]/.test(basename(path))) return 'patterns are not expanded: name the folder, "./data/", or list the files';
  const folder = dirname(path);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const nearest = names.length === 0 ? undefined : closest(basename(path), names);
  if (nearest !== undefined && distance(basename(path), nearest) <= 3) return `did you mean "${nearest}"?`;
  return names.length === 0 ? 'its folder is missing, too; paths start at the folder of this file' : 'paths start at the folder of this file';
}

/** A path as the pipeline file would write it. */
function shownFrom(pipeline: Pipeline, path: string): string {
  const from = relative(dirname(pipeline.file), path);
  return from.startsWith('..') ? from : `./${from}`;
}

function noun(type: 'file' | 'tree' | 'value'): string {
  return type === 'tree' ? 'folder' : 'file';
}
