import { dirname, resolve } from 'node:path';
import { parsePipelineText } from '../load/parse.js';
import { Diagnostics, SourceText, type Span } from '../load/source.js';
import type { Diagnostic } from '../pipeline.js';
import type { RegisteredKind, TaskKinds } from '../task-kind.js';
import type { KindMistake } from './kind-from-definition.js';
import { isOwnKind, loadOwnKind, type OwnKindOptions } from './load-own-kind.js';

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
  const paths = ownKindPaths(file, text);
  if (paths.size === 0) return { kinds, diagnostics: [], broken: new Set() };
  const loaded = new Map<string, RegisteredKind>();
  const mistakes = new Map<string, readonly KindMistake[]>();
  for (const uses of paths) {
    const result = await loadOwnKind(uses, resolve(dirname(resolve(file)), uses), options);
    if (result.kind === 'ok') loaded.set(uses, result.registered);
    else mistakes.set(uses, result.mistakes);
  }
  return { kinds: new Map([...kinds, ...loaded]), diagnostics: mistakes.size === 0 ? [] : diagnosticsOf(file, text, mistakes), broken: new Set(mistakes.keys()) };
}

/** A value of `uses:` in full, with or without quotes. */
const plainValue = /^(["']?)([\w./@+-]+)\1[ \t\r]*(?:[,}#]|$)/;

/**
 * The relative paths that `uses:` has as values. Most files are read without the YAML parser, which takes seconds for a
 * large one; a file that writes a value in an unusual way is parsed.
 */
function ownKindPaths(file: string, text: string): ReadonlySet<string> {
  // Without a relative path there is nothing to find.
  if (!/\buses\b/.test(text) || !/\.{1,2}\//.test(text)) return new Set();
  const paths = new Set<string>();
  for (const [, value = ''] of text.matchAll(/\buses["']?[ \t]*:[ \t]*([^\n]*)/g)) {
    const [, , plain] = plainValue.exec(value) ?? [];
    if (plain === undefined) return new Set(usesOf(new Diagnostics(new SourceText(file, text))).keys());
    if (isOwnKind(plain)) paths.add(plain);
  }
  return paths;
}

/** Each relative path, with the places where tasks name it. Nothing when the file is not YAML, which the loader reports. */
function usesOf(diagnostics: Diagnostics): ReadonlyMap<string, readonly (Span | undefined)[]> {
  const found = new Map<string, (Span | undefined)[]>();
  const tasks = parsePipelineText(diagnostics)?.entries.get('tasks')?.value;
  for (const { value } of tasks?.kind === 'map' ? tasks.entries.values() : []) {
    const uses = value.kind === 'map' ? value.entries.get('uses')?.value : undefined;
    if (uses?.kind !== 'scalar' || typeof uses.value !== 'string' || !isOwnKind(uses.value)) continue;
    found.set(uses.value, [...found.get(uses.value) ?? [], uses.span]);
  }
  return found;
}

function diagnosticsOf(file: string, text: string, mistakes: ReadonlyMap<string, readonly KindMistake[]>): readonly Diagnostic[] {
  const places = usesOf(new Diagnostics(new SourceText(file, text)));
  const diagnostics = new Diagnostics(new SourceText(file, text));
  for (const [uses, found] of mistakes) {
    // One place is enough to mend it.
    const spans = places.get(uses);
    if (spans !== undefined) for (const { code, message, hint } of found) diagnostics.report(spans[0], code, message, hint);
  }
  return diagnostics.sorted();
}
