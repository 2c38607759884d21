import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../pipeline.js';
import type { RegisteredKind, TaskKinds } from '../task-kind.js';
import { isOwnKind } from './is-own-kind.js';
import type { KindMistake } from './kind-from-definition.js';
import { loadOwnKind, type OwnKindOptions } from './load-own-kind.js';

export interface KindsOfPipeline {
  /** The given kinds and the user's own, by their paths as written. */
  readonly kinds: TaskKinds;
  /** About kinds that cannot be loaded, where the pipeline first names each. */
  readonly diagnostics: readonly Diagnostic[];
  /** Their paths. */
  readonly broken: ReadonlySet<string>;
}

/** Loads the kinds that a pipeline names by a path, which starts at the folder of its file. */
export async function withOwnKinds(file: string, text: string, kinds: TaskKinds, options: OwnKindOptions): Promise<KindsOfPipeline> {
  const paths = await ownKindPaths(file, text);
  const loaded = new Map<string, RegisteredKind>();
  const mistakes = new Map<string, readonly KindMistake[]>();
  for (const uses of paths) {
    const result = await loadOwnKind(uses, resolve(dirname(resolve(file)), uses), options);
    if (result.kind === 'ok') loaded.set(uses, result.registered);
    else mistakes.set(uses, result.mistakes);
  }
  return {
    kinds: loaded.size === 0 ? kinds : new Map([...kinds, ...loaded]),
    diagnostics: mistakes.size === 0 ? [] : (await import('./places-of-uses.js')).diagnosticsOfKinds(file, text, mistakes),
    broken: new Set(mistakes.keys()),
  };
}

/** A value of `uses:` in full, with or without quotes. */
const plainValue = /^(["']?)([\w./@+-]+)\1[ \t\r]*(?:[,}#]|$)/;

/**
 * The relative paths that `uses:` has as values. Most files are read without the YAML parser, which takes seconds for a
 * large one; a file that writes a value in an unusual way is parsed.
 */
async function ownKindPaths(file: string, text: string): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  // Without a relative path there is nothing to find.
  if (!/\.{1,2}\//.test(text)) return paths;
  for (const [, value = ''] of text.matchAll(/\buses["']?[ \t]*:[ \t]*([^\n]*)/g)) {
    const [, , plain] = plainValue.exec(value) ?? [];
    if (plain === undefined) return new Set((await import('./places-of-uses.js')).placesOfUses(file, text).keys());
    if (isOwnKind(plain)) paths.add(plain);
  }
  return paths;
}
