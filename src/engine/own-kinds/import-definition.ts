import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BundleMistake } from '../code-digest.js';
import { quote, suggest } from '../load/suggest.js';
import type { KindMistake } from './kind-from-definition.js';

export type ImportResult =
  /** The module's default export; undefined when it has none. */
  | { readonly kind: 'ok'; readonly definition: unknown }
  | { readonly kind: 'invalid'; readonly mistake: KindMistake };

const javaScript = new Set(['.js', '.mjs', '.cjs']);
const typeScript = new Set(['.ts', '.mts', '.cts']);

/** Why a path cannot be a module, before anything of it is read. */
export function mistakeOfPath(uses: string, file: string, loadsTypeScript: boolean): KindMistake | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  const extension = extname(file);
  if (found === undefined) return { code: 'kind-not-found', message: `there is no file ${uses}`, ...hintOfNeighbours(file) };
  if (!found.isFile()) return { code: 'kind-not-found', message: `${uses} is not a file`, hint: 'name a JavaScript module' };
  if (typeScript.has(extension) && !loadsTypeScript) {
    const node = process.versions.node.split('.')[0] ?? '';
    return { code: 'kind-language', message: `Node ${node} cannot load TypeScript, and ${uses} is TypeScript`, hint: `compile it and name the ${extension.replace('t', 'j')} file, or use Node 22.18 or newer` };
  }
  if (javaScript.has(extension) || typeScript.has(extension)) return undefined;
  return { code: 'kind-language', message: `${uses} is not a JavaScript module`, hint: 'its name must end in .js or .mjs; other programs run with `uses: exec`' };
}

function hintOfNeighbours(file: string): { readonly hint?: string } {
  const folder = dirname(file);
  if (!existsSync(folder)) return {};
  const modules = readdirSync(folder).filter((name) => javaScript.has(extname(name)) || typeScript.has(extname(name)));
  const hint = modules.length === 0 ? 'its path starts at the folder of the pipeline file' : suggest(basename(file), modules);
  return hint === undefined ? {} : { hint };
}

/** Loads the module. What it throws is a mistake of the file's. */
export async function importDefinition(uses: string, file: string): Promise<ImportResult> {
  try {
    const module = await import(pathToFileURL(file).href) as { readonly default?: unknown };
    if (module.default !== undefined) return { kind: 'ok', definition: module.default };
    const exported = Object.keys(module);
    const message = `${uses} has no default export${exported.length > 0 ? `, only ${exported.slice(0, 5).join(', ')}` : ''}`;
    return { kind: 'invalid', mistake: { code: 'bad-definition', message, hint: 'export default defineTask({ summary, outputs, run })' } };
  } catch (error) {
    return { kind: 'invalid', mistake: mistakeOfImport(uses, file, error) };
  }
}

function mistakeOfImport(uses: string, file: string, error: unknown): KindMistake {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  const message = error instanceof Error ? error.message : String(error);
  const missing = /^Cannot find package '([^']+)'/.exec(message)?.[1];
  if (code === 'ERR_MODULE_NOT_FOUND' && missing !== undefined) {
    const hint = missing === 'pipelines'
      ? 'npm install pipelines, or export a plain object: defineTask only gives it types'
      : `npm install ${missing}, where the file can find it`;
    return { code: 'kind-import', message: `${uses} imports the package ${quote(missing)}, which is not installed`, hint };
  }
  const line = lineIn(file, error);
  return { code: 'kind-throws', message: `${uses} cannot be loaded: ${message}`, ...(line !== undefined && { hint: `thrown at ${uses}:${line}` }) };
}

/** `line:column` of the innermost stack frame that lies in the file. */
function lineIn(file: string, error: unknown): string | undefined {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  const frame = frames.find((line) => line.includes(`${file}:`) || line.includes(`${pathToFileURL(file).href}:`));
  return /:(\d+:\d+)\)?$/.exec(frame ?? '')?.[1];
}

/** A mistake that the bundler found: the syntax of the file or of one that it imports, or an import that leads nowhere. */
export function mistakeOfBundle(uses: string, file: string, { message, place }: BundleMistake): KindMistake {
  if (place === undefined) return { code: 'kind-syntax', message: `${uses} cannot be read: ${message}` };
  const short = relative(dirname(file), place.file);
  const name = place.file === file ? uses : short.startsWith('..') ? short : `./${short}`;
  const unresolved = /^Could not resolve (".*")/.exec(message)?.[1];
  const line = place.text.trim();
  return {
    code: unresolved === undefined ? 'kind-syntax' : 'kind-import',
    message: `${name}:${String(place.line)}:${String(place.column)}: ${unresolved === undefined ? message : `there is no module ${unresolved}`}`,
    ...(line !== '' && { hint: `line ${String(place.line)} is ${quote(line)}` }),
  };
}
