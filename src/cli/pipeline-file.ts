import { readFile, readdir, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closest, distance } from 'fastest-levenshtein';
import { Refusal, type Shell } from './shell.js';

export interface PipelineFile {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
}

/** The pipelines that come with this package, `babel-tower.yaml` among them. */
const shippedPipelines = fileURLToPath(new URL('../../pipelines/', import.meta.url));

/**
 * Finds a pipeline file in the working directory, else in `pipelines/` under it, else among those of this package.
 * @throws {Refusal} when it is in none of them, or is not a file one can read
 */
export async function readPipelineFile(name: string, shell: Shell): Promise<PipelineFile> {
  const folders = [shell.directory, resolve(shell.directory, 'pipelines'), shippedPipelines];
  const candidates = [...new Set(folders.map((folder) => resolve(folder, name)))];
  for (const file of candidates) {
    const found = await stat(file).catch(() => undefined);
    if (!found) continue;
    if (!found.isFile()) throw new Refusal(`${shownPath(file, shell)} is not a file`, 'name the YAML file of a pipeline');
    return { file, text: await readText(file, shell) };
  }
  throw new Refusal(`there is no pipeline file ${name}`, await missingFileHint(name, candidates, folders, shell));
}

async function readText(file: string, shell: Shell): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Refusal(`cannot read ${shownPath(file, shell)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function missingFileHint(name: string, candidates: readonly string[], folders: readonly string[], shell: Shell): Promise<string> {
  const entries = await Promise.all(folders.map((folder) => readdir(folder).catch((): string[] => [])));
  const files = [...new Set(entries.flat().filter((entry) => /\.ya?ml$/.test(entry)))];
  const looked = `looked for ${candidates.map((file) => shownPath(file, shell)).join(', ')}`;
  if (files.length === 0) return looked;
  const nearest = closest(name, files);
  return distance(name, nearest) <= 4 ? `did you mean ${nearest}? (${looked})` : `${looked}; there is ${files.join(', ')}`;
}

/** A path as a person would type it here: relative when it lies below the working directory. */
export function shownPath(path: string, shell: Pick<Shell, 'directory'>): string {
  const short = relative(shell.directory, path);
  return short === '' || short.startsWith('..') ? path : short;
}
