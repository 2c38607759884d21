import { distance } from 'fastest-levenshtein';
import type { Json } from '../json.js';

/** Longer names are not misspellings of anything; comparing them would cost time quadratic in their length. */
const LONGEST_NAME = 80;

/** `did you mean "x"?` for a misspelt name, else the list of what there is, else nothing. */
export function suggest(name: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const nearest = nearestName(name, names);
  if (nearest !== undefined) return `did you mean ${quote(nearest)}?`;
  if (names.length === 0) return undefined;
  return `expected ${listOf(names)}`;
}

/** `one of "a", "b"`, a dozen at most. */
export function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 12).map(quote).join(', ');
  return `${names.length === 1 ? '' : 'one of '}${shown}${names.length > 12 ? ', …' : ''}`;
}

/** The known name that a misspelt one most likely is. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const lower = name.toLowerCase();
  const continued = name.length < 3 ? undefined : names.find((candidate) => candidate.toLowerCase().startsWith(lower));
  if (continued !== undefined) return continued;
  let nearest: string | undefined;
  // Two swapped letters are two edits.
  let least = (name.length < 4 ? Math.floor(name.length / 2) : Math.max(2, Math.floor(name.length / 3))) + 1;
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const edits = distance(lower, candidate.toLowerCase());
    if (edits < least) [nearest, least] = [candidate, edits];
  }
  return nearest;
}

/** A name or value as it is shown in messages. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
}

/** An own property, never one of `Object.prototype`: names come from the user. */
export function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A value as one writes it in a line of YAML. */
export function inYaml(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(inYaml).join(', ')}]`;
  if (value !== null && typeof value === 'object') return `{ ${Object.entries(value).map(([key, inner]) => `${key}: ${inYaml(inner)}`).join(', ')} }`;
  return typeof value === 'string' && !/^[\w./][\w ./$"-]*$/.test(value) ? `'${value.replaceAll("'", "''")}'` : String(value);
}
