import { readResults } from '../engine/runs/recorded-run.js';
import { findRun, runFolders, type RunFolder } from '../engine/runs/run-folders.js';
import { artifactsDirectory } from './artifacts.js';
import { Refusal, type Shell } from './shell.js';

export interface RunsOptions {
  readonly artifactsDir?: string;
  /** Name of a pipeline; all of them when it is left out. */
  readonly pipeline?: string;
}

/**
 * The run that a person means: an id, the beginning of one, `latest`, `latest~1`.
 * @throws {Refusal} when there is none, or more than one
 */
export function theRun(reference: string, options: RunsOptions, shell: Shell): RunFolder {
  const found = findRun(reference, runFolders(artifactsDirectory(options, shell), options.pipeline));
  if (found.kind === 'unknown') throw new Refusal(found.message, found.hint);
  return found.folder;
}

/** Looks up what the tasks of a pipeline's runs ended with; each run is read once. */
export function resultsReader(pipeline: string, options: { readonly artifactsDir?: string }, shell: Shell): (run: string) => ReadonlyMap<string, string> | undefined {
  const known = new Map<string, ReadonlyMap<string, string> | undefined>();
  return (run) => {
    if (!known.has(run)) {
      const folder = runFolders(artifactsDirectory(options, shell), pipeline).find(({ id }) => id === run);
      known.set(run, folder && readResults(folder.directory));
    }
    return known.get(run);
  };
}
