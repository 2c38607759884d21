import { existsSync } from 'node:fs';
import type { StoredObject } from './action-record.js';
import { UnstorableError } from './cache/errors.js';
import type { Diagnostic, InputSource, Pipeline, Task, TaskInput } from './pipeline.js';
import type { ContentStore } from './store.js';

export type SnapshotsResult =
  | { readonly kind: 'ok'; readonly snapshots: ReadonlyMap<string, StoredObject> }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

/** Copies the user's files and folders that the needed tasks read into the store, each once. */
export async function snapshotPaths(pipeline: Pipeline, store: ContentStore, needed: ReadonlySet<number>): Promise<SnapshotsResult> {
  const snapshots = new Map<string, StoredObject>();
  const diagnostics = new Map<string, Diagnostic>();
  for (const { task, input, name, source } of pathSources(pipeline, needed)) {
    const place = `${source.path}:${task.position.line}:${task.position.column}`;
    if (diagnostics.has(place)) continue;
    const at = { file: pipeline.file, position: task.position };
    try {
      const object = snapshots.get(source.path) ?? await store.snapshot(source.path);
      snapshots.set(source.path, object);
      const wanted = source.pointer === undefined ? input.type : 'file';
      if (object.type !== wanted) {
        diagnostics.set(place, { code: 'wrong-type', message: `input "${name}" of "${task.id}" wants a ${noun(wanted)}, and ${source.path} is a ${noun(object.type)}`, ...at });
      }
    } catch (error) {
      diagnostics.set(place, unreadable(error, `input "${name}" of "${task.id}"`, source.path, at));
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
function unreadable(error: unknown, input: string, path: string, at: Pick<Diagnostic, 'file' | 'position'>): Diagnostic {
  if (!(error instanceof UnstorableError)) throw error;
  if (!existsSync(path)) return { code: 'missing-input', message: `${input}: there is no file or folder ${path}`, ...at };
  return { code: 'unreadable-input', message: `${input}: ${error.message}`, ...at };
}

function noun(type: 'file' | 'tree' | 'value'): string {
  return type === 'tree' ? 'folder' : 'file';
}
