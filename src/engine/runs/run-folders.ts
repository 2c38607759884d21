import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { folderName, runsFolder } from '../run/publish.js';

/** Where a run is recorded: `artifacts/<pipeline>/runs/<id>/`. */
export interface RunFolder {
  /** The pipeline's folder below `artifacts/`. */
  readonly pipeline: string;
  /** A ULID: ids sort by the time the run began. */
  readonly id: string;
  readonly directory: string;
}

/** All runs of a pipeline, or of every pipeline, the oldest first. Empty where nothing ran yet. */
export function runFolders(artifactsDirectory: string, pipeline?: string): readonly RunFolder[] {
  const pipelines = pipeline === undefined ? foldersIn(artifactsDirectory) : [folderName(pipeline)];
  return pipelines.flatMap((name) => {
    const runs = join(artifactsDirectory, name, runsFolder);
    return foldersIn(runs)
      .filter((id) => existsSync(join(runs, id, 'events.jsonl')))
      .map((id): RunFolder => ({ pipeline: name, id, directory: join(runs, id) }));
  }).sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** `latest` is a link, so it is none of them. */
function foldersIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

export type FoundRun =
  | { readonly kind: 'found'; readonly folder: RunFolder }
  | { readonly kind: 'unknown'; readonly message: string; readonly hint: string };

/** Ids that a message names. */
const idsNamed = 5;

/**
 * A run by its id, a prefix that only one id has, `latest`, or `latest~1` for the one before it. Counting back stays
 * within one pipeline: that of the newest run, where several are given.
 */
export function findRun(reference: string, folders: readonly RunFolder[]): FoundRun {
  const newest = folders.at(-1);
  if (!newest) return { kind: 'unknown', message: `there is no run ${reference}`, hint: 'nothing has run here yet: "pipelines run" records each run under artifacts/' };
  const back = /^latest(?:~(\d+))?$/.exec(reference);
  if (back) {
    const runs = folders.filter(({ pipeline }) => pipeline === newest.pipeline);
    const folder = runs.at(-1 - Number(back[1] ?? 0));
    return folder ? { kind: 'found', folder } : { kind: 'unknown', message: `there is no run ${reference}`, hint: `${newest.pipeline} has ${runs.length} recorded ${runs.length === 1 ? 'run' : 'runs'}` };
  }
  const wanted = reference.toUpperCase();
  const matching = reference === '' ? [] : folders.filter(({ id }) => id.toUpperCase().startsWith(wanted));
  const exact = matching.find(({ id }) => id.toUpperCase() === wanted);
  const [only, ...others] = exact ? [exact] : matching;
  if (only && others.length === 0) return { kind: 'found', folder: only };
  if (only) return { kind: 'unknown', message: `${reference} begins the ids of ${matching.length} runs`, hint: idsText(matching) };
  return { kind: 'unknown', message: `there is no run ${reference}`, hint: `name a run by its id, the beginning of it, latest or latest~1; the newest are ${idsText(folders.slice(-idsNamed))}` };
}

function idsText(folders: readonly RunFolder[]): string {
  const ids = folders.slice(0, idsNamed).map(({ id }) => id);
  return `${ids.join(', ')}${folders.length > idsNamed ? ', ...' : ''}`;
}
