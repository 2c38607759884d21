import { taskPattern, type NamedTask } from '../task-pattern.js';

const COORDINATE = /([^=,"]+)=("(?:[^"\\]|\\.)*"|[^,]*)/g;

/** A task as its id tells it, without its pipeline: `train(seed=1,step=200)`. Its labels are text here. */
export function namedTask(id: string): NamedTask {
  const [, name, coordinates] = /^([^()]*)\((.*)\)$/s.exec(id) ?? [];
  if (name === undefined) return { id, name: id, labels: {} };
  const labels = [...(coordinates ?? '').matchAll(COORDINATE)].map(([, axis = '', value = '']) => [axis, value.startsWith('"') ? unquoted(value) : value]);
  return { id, name, labels: Object.fromEntries(labels) as Record<string, string> };
}

function unquoted(value: string): string {
  try {
    return JSON.parse(value) as string;
  } catch {
    return value;
  }
}

/** Whether a pattern (a name, an id, a glob over either) names the task of an id. Each id is looked at once. */
export function taskMatcher(pattern: string): (id: string) => boolean {
  const { matches } = taskPattern(pattern);
  const known = new Map<string, boolean>();
  return (id) => {
    const matched = known.get(id) ?? (id === pattern || matches(namedTask(id)));
    known.set(id, matched);
    return matched;
  };
}
