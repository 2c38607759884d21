import { parsePipelineText } from '../load/parse.js';
import { Diagnostics, SourceText, type Span } from '../load/source.js';
import type { Diagnostic } from '../pipeline.js';
import { isOwnKind } from './is-own-kind.js';
import type { KindMistake } from './kind-from-definition.js';

/** Each relative path that `uses:` has as a value, with the places where tasks name it. Nothing when the file is not YAML, which the loader reports. */
export function placesOfUses(file: string, text: string): ReadonlyMap<string, readonly (Span | undefined)[]> {
  const found = new Map<string, (Span | undefined)[]>();
  const tasks = parsePipelineText(new Diagnostics(new SourceText(file, text)))?.entries.get('tasks')?.value;
  for (const { value } of tasks?.kind === 'map' ? tasks.entries.values() : []) {
    const uses = value.kind === 'map' ? value.entries.get('uses')?.value : undefined;
    if (uses?.kind !== 'scalar' || typeof uses.value !== 'string' || !isOwnKind(uses.value)) continue;
    found.set(uses.value, [...found.get(uses.value) ?? [], uses.span]);
  }
  return found;
}

/** What is wrong with kinds, where the pipeline first names each: one place is enough to mend it. */
export function diagnosticsOfKinds(file: string, text: string, mistakes: ReadonlyMap<string, readonly KindMistake[]>): readonly Diagnostic[] {
  const places = placesOfUses(file, text);
  const diagnostics = new Diagnostics(new SourceText(file, text));
  for (const [uses, found] of mistakes) {
    const spans = places.get(uses);
    if (spans !== undefined) for (const { code, message, hint } of found) diagnostics.report(spans[0], code, message, hint);
  }
  return diagnostics.sorted();
}
