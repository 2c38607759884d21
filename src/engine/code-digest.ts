import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import type { Message, Plugin } from 'esbuild';
import type { Digest } from './action-record.js';
import { canonicalJson, digestOf } from './fingerprint.js';
import type { ParameterSchema } from './task-kind.js';

/** What the code of a task kind comes to. */
export interface BundledCode {
  /** Of the minified bundle. */
  readonly bundle: Digest;
  /** Absolute path and content of every file that went into it. */
  readonly files: Readonly<Record<string, Digest>>;
  /** What it imports from elsewhere, with the installed version; null for a package that is not installed. */
  readonly packages: Readonly<Record<string, string | null>>;
}

export interface BundleMistake {
  readonly message: string;
  /** Absent when it is about no place in a file. `text` is the line. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number; readonly text: string };
}

export type BundleResult =
  | { readonly kind: 'ok'; readonly code: BundledCode }
  | { readonly kind: 'invalid'; readonly mistakes: readonly BundleMistake[] };

/** This package in the code of a user's kind: `defineTask` and `TaskError` compute nothing, so an upgrade of the engine reruns nothing. */
const ownName = 'pipelines';

/**
 * Bundles a module with all its local imports and minifies it, so that a comment or a reformat changes nothing, nor does a
 * rename, mostly: esbuild picks the letters of its names by how frequent they are in the source, so a rename may change them.
 * Then too much runs, never too little.
 */
export async function bundleCode(entry: string): Promise<BundleResult> {
  // Loaded here: whoever remembers a digest does without.
  const { build } = await import('esbuild');
  const files: Record<string, Digest> = {};
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [entry], absWorkingDir: dirname(entry), plugins: [recordingContent(files)],
      bundle: true, minify: true, write: false, metafile: true, platform: 'node', format: 'esm', packages: 'external',
      // A tsconfig.json that happens to lie above the module is no part of its code.
      legalComments: 'none', logLevel: 'silent', tsconfigRaw: '{}', loader: { '.node': 'binary', '.wasm': 'binary' },
    });
    const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports).filter(({ external }) => external).map(({ path }) => path);
    const names = [...new Set(imported.filter((path) => !isBuiltin(path)).map(packageName))].filter((name) => name !== ownName).sort();
    const packages = Object.fromEntries(names.map((name) => [name, installedVersion(name, dirname(entry))]));
    return { kind: 'ok', code: { bundle: digestOf(outputFiles[0]?.contents ?? ''), files, packages } };
  } catch (error) {
    const { errors } = error as { readonly errors?: readonly Message[] };
    if (errors === undefined || errors.length === 0) throw error;
    return { kind: 'invalid', mistakes: errors.map((message) => mistakeOf(message, dirname(entry))) };
  }
}

/**
 * The code of a kind in its fingerprints: the bundle, the versions of the packages that it imports, and the defaults of its
 * parameters, since a changed default is a change of code.
 */
export function codeDigestOf({ bundle, packages }: BundledCode, parameters: ParameterSchema): Digest {
  const defaults = Object.fromEntries(Object.entries(parameters.properties).map(([name, schema]) => [name, schema['default'] ?? null]));
  return digestOf(canonicalJson({ bundle, versions: packages, defaults }));
}

/** Null for a package that is not installed: installing it changes the digest, as it should. Looked for as Node does, from `folder` upwards. */
export function installedVersion(name: string, folder: string): string | null {
  const manifest = join(folder, 'node_modules', name, 'package.json');
  if (existsSync(manifest)) return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version?: string }).version ?? null;
  const above = dirname(folder);
  return above === folder ? null : installedVersion(name, above);
}

/** What esbuild sees is what is recorded: a file that is edited meanwhile is not recorded with its new content. */
function recordingContent(files: Record<string, Digest>): Plugin {
  return {
    name: 'recording-content',
    setup({ onLoad }) {
      onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => {
        const contents = readFileSync(path);
        files[path] = digestOf(contents);
        return { contents, loader: 'default' };
      });
    },
  };
}

function packageName(path: string): string {
  return path.split('/').slice(0, path.startsWith('@') ? 2 : 1).join('/');
}

function mistakeOf({ text, location }: Message, folder: string): BundleMistake {
  if (location === null) return { message: text };
  return { message: text, place: { file: join(folder, location.file), line: location.line, column: location.column + 1, text: location.lineText } };
}
