import { isUtf8 } from 'node:buffer';
import { readFile, readdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closest, distance } from 'fastest-levenshtein';
import { renderDiagnostics } from '../engine/diagnostic.js';
import type { Diagnostic } from '../engine/pipeline.js';
import { shownFrom } from '../library/surroundings.js';
import { wantsColor } from '../reporters/format.js';
import { Refusal, type Shell } from './shell.js';

export interface PipelineFile {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
}

/** The pipelines that come with this package, `babel-tower.yaml` among them. */
export const shippedPipelines = fileURLToPath(new URL('../../pipelines/', import.meta.url));

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
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new Refusal(`cannot read ${shownPath(file, shell)}: ${error instanceof Error ? error.message : String(error)}`);
  });
  // A byte order mark at the start is none of the text.
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes);
  const text = bytes.toString('utf8');
  const diagnostic = { ...notUtf8(bytes, text), file: shownPath(file, shell) };
  throw new Refusal(renderDiagnostics([diagnostic], text, { color: wantsColor(shell.stderr, shell.environment) }).trimEnd());
}

function notUtf8(bytes: Buffer, text: string): Omit<Diagnostic, 'file'> {
  const isUtf16 = /^(fffe|feff)/.test(bytes.toString('hex', 0, 2));
  if (isUtf16) return { code: 'not-utf-8', message: 'this file is UTF-16, and a pipeline is UTF-8', hint: 'save it as UTF-8: editors ask for the encoding' };
  // What could not be decoded stands in the text as U+FFFD.
  const before = text.slice(0, text.indexOf('\ufffd'));
  const line = before.split('\n').length;
  return {
    code: 'not-utf-8', message: 'this character is not UTF-8', position: { line, column: before.length - before.lastIndexOf('\n') }, length: 1,
    hint: 'save the file as UTF-8: editors ask for the encoding',
  };
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
  return shownFrom(shell.directory, path);
}
