import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, rmdirSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { ActionRecord, StoredObject } from '../action-record.js';
import type { Task } from '../pipeline.js';
import type { Cache } from '../store.js';

/** `artifacts/<pipeline>/`: what people look at. Links into the store, one folder a task. */
export interface Publications {
  /**
   * Links a task's outputs, each replaced at once. A file of the user's in the place of a link is an error.
   * `made`: the task has just run, perhaps to repair what a link leads to; of a cached one, a link that is there is right.
   */
  publish(task: Task, record: ActionRecord, from: 'made' | 'cached'): Promise<void>;
  /** Removes the links of tasks and outputs that the pipeline no longer has. Whatever is no link is left alone. */
  removeStale(tasks: readonly Task[]): Promise<void>;
}

/** Where runs are recorded, beside the folders of the tasks. */
export const runsFolder = 'runs';

const longestFolderName = 200;

export function publicationsOf(artifactsDirectory: string, pipeline: string, cache: Cache): Publications {
  const root = join(artifactsDirectory, folderName(pipeline));
  // Side by side, as by default, the two folders move together; elsewhere the cache has a place of its own.
  const together = dirname(resolve(artifactsDirectory)) === dirname(resolve(cache.directory));
  return {
    async publish(task, record, from) {
      for (const [name, { fileName }] of Object.entries(task.outputs)) {
        const object = record.outputs[name];
        if (!object) continue;
        const link = join(root, folderName(task.id), fileName);
        const target = resolve(cache.store.place(object, fileName));
        const wanted = together ? relative(dirname(resolve(link)), target) : target;
        const isThere = isLinked(link, wanted, object);
        if (isThere && from === 'cached') continue;
        await cache.store.openAs(object, fileName);
        if (!isThere) replaceLink(link, wanted, object.type);
      }
    },
    async removeStale(tasks) {
      const wanted = new Set(tasks.flatMap((task) => Object.values(task.outputs).map(({ fileName }) => join(root, folderName(task.id), fileName))));
      for (const entry of readdirSync(root, { withFileTypes: true })) {
        if (entry.isDirectory() && entry.name !== runsFolder) removeLinks(join(root, entry.name), wanted);
      }
      await Promise.resolve();
    },
  };
}

/** Where an output of a task is published; null when the task does not declare it. */
export function linkOf(artifactsDirectory: string, pipeline: string, task: Task, output: string): string | null {
  const declared = task.outputs[output];
  return declared ? join(artifactsDirectory, folderName(pipeline), folderName(task.id), declared.fileName) : null;
}

/**
 * A task id as the name of a folder: parentheses, commas and `=` stay, what a file system or a person could take for
 * something else is percent-encoded. Different ids have different names.
 */
export function folderName(id: string): string {
  const encoded = id
    .replace(/[%/\\:*?"<>|\u0000-\u001f\u007f]/g, percentEncoded)
    .replace(/^\.|[. ]$/g, percentEncoded);
  const name = encoded === runsFolder ? percentEncoded('r') + encoded.slice(1) : encoded;
  if (Buffer.byteLength(name) <= longestFolderName) return name;
  const digest = createHash('sha256').update(id).digest('hex').slice(0, 16);
  return `${Buffer.from(name).subarray(0, longestFolderName - 20).toString('utf8').replace(/\ufffd$/, '')}~${digest}`;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Whether the link leads there, to something of the right size. What was lost in the store is made again by opening it. */
function isLinked(link: string, target: string, { type, bytes }: StoredObject): boolean {
  try {
    const found = statSync(link, { throwIfNoEntry: false });
    return found !== undefined && (type === 'tree' || found.size === bytes) && readlinkSync(link) === target;
  } catch {
    return false;
  }
}

/** In short calls of their own: a hop to another thread and back takes longer than they do. */
function replaceLink(link: string, target: string, type: 'file' | 'tree'): void {
  const linkType = type === 'tree' ? 'junction' : 'file';
  if (!existsSync(dirname(link))) mkdirSync(dirname(link), { recursive: true });
  try {
    symlinkSync(target, link, linkType);
    return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (!lstatSync(link).isSymbolicLink()) throw new Error(`${link} is in the way`);
  const temporary = `${link}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  symlinkSync(target, temporary, linkType);
  renameSync(temporary, link);
}

function removeLinks(folder: string, wanted: ReadonlySet<string>): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink() && !wanted.has(path)) rmSync(path);
    else if (entry.isDirectory()) removeLinks(path, wanted);
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
