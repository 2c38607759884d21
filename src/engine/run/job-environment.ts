import type { JsonObject } from '../json.js';
import type { TaskKind } from '../task-kind.js';

/** The variables that a task sees, as far as they are set: those it declares (they are in its fingerprint) and its secrets (they are not). */
export function jobEnvironment(
  kind: TaskKind, parameters: JsonObject, declared: readonly string[], environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const seen: Record<string, string> = {};
  for (const name of [...declared, ...(kind.secrets?.(parameters) ?? [])]) {
    const value = environment[name];
    if (value !== undefined) seen[name] = value;
  }
  return seen;
}
