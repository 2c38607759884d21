import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskError } from '../../engine/task-kind.js';
import { readJsonLines } from '../../corpus/json-lines.js';
import type { OpenSource, SourceFile } from './source.js';
import { wantedPaths } from './wanted-paths.js';

interface UserSourceOptions {
  /** Number among the inputs of its kind, from 1. */
  readonly number: number;
  readonly licence: string;
  readonly maxFileBytes: number;
}

/** A folder of the user's: an immutable snapshot, so its digest is the pin. */
export function openFolder(path: string, patterns: { include: readonly string[]; exclude: readonly string[] }, options: UserSourceOptions): OpenSource {
  return { source: userSource('files', options), files: folderFiles(path, '', wantedPaths(patterns), options.maxFileBytes) };
}

/** In the order of names, so that the order of a file system does not matter. */
async function* folderFiles(root: string, folder: string, wanted: (path: string) => boolean, maxFileBytes: number): AsyncGenerator<SourceFile> {
  for (const name of (await readdir(join(root, folder))).sort()) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const status = await stat(join(root, path));
    if (status.isDirectory()) yield* folderFiles(root, path, wanted, maxFileBytes);
    else if (!status.isFile() || !wanted(path)) continue;
    else if (status.size > maxFileBytes) yield { kind: 'too-large', path, size: status.size };
    else yield { kind: 'file', path, bytes: await readFile(join(root, path)) };
  }
}

/** A JSON Lines file of the user's. */
export function openJsonLines(path: string, options: UserSourceOptions): OpenSource {
  return { source: userSource('documents', options), files: records(path) };
}

async function* records(path: string): AsyncGenerator<SourceFile> {
  for await (const { value, line } of readJsonLines(path)) {
    const record = value as Partial<Record<string, unknown>> | null;
    const text = record?.['text'] ?? record?.['content'];
    if (typeof text !== 'string') throw new TaskError(`${path}, line ${line}: expected an object with the string \`text\` or \`content\``);
    const id = record?.['id'];
    const licence = record?.['licence'] ?? record?.['license'];
    yield {
      kind: 'file', path: typeof id === 'string' || typeof id === 'number' ? String(id) : createHash('sha256').update(text).digest('hex').slice(0, 16),
      bytes: Buffer.from(text), ...(typeof licence === 'string' ? { licence } : {}),
    };
  }
}

function userSource(name: string, { number, licence }: UserSourceOptions): OpenSource['source'] {
  return { name: `${name}-${number}`, version: null, integrity: null, licence };
}
