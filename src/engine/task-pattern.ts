import { closest } from 'fastest-levenshtein';
import { quote, suggest } from './load/suggest.js';
import type { Diagnostic, Pipeline, Task } from './pipeline.js';

/** What of a task a pattern looks at. */
export type NamedTask = Pick<Task, 'id' | 'name' | 'labels'>;

/** `name`, `name(axis=value)`, or a glob over either. */
export interface TaskPattern {
  readonly text: string;
  matches(task: NamedTask): boolean;
  /** Why it matches no task of the pipeline. */
  miss(pipeline: Pipeline): Diagnostic;
}

/** `axis=value`; bare values are globs, quoted ones mean themselves. */
interface Coordinate {
  readonly text: string;
  readonly axis: string;
  matches(task: NamedTask): boolean;
}

/** How many of an axis's values a message lists. */
const valuesListed = 12;

/**
 * A bare name means all its instances. Coordinates may come in any order; an axis that is not named is left open, as is
 * everything after `*`. Values with commas, spaces or parentheses are quoted as in task ids: `mix(of="a,b")`.
 */
export function taskPattern(text: string): TaskPattern {
  const whole = globOf(text);
  const [, name = '', list] = /^([^()]+)\((.*)\)$/s.exec(text) ?? [];
  const nameGlob = globOf(name);
  const coordinates = list === undefined ? undefined : coordinatesIn(list);
  return {
    text,
    matches: (task) => whole.test(task.name) || whole.test(task.id)
      || (coordinates !== undefined && nameGlob.test(task.name) && coordinates.every((coordinate) => coordinate.matches(task))),
    miss: (pipeline) => missOf(text, name, list, coordinates, pipeline),
  };
}

const COORDINATE = /\s*(?:\*|(?<axis>[^\s=,"*]+)\s*=\s*(?:(?<quoted>"(?:[^"\\]|\\.)*")|(?<bare>[^,"]*?)))\s*(?:,|$)/y;

/** undefined where it is not a list of coordinates. */
function coordinatesIn(list: string): readonly Coordinate[] | undefined {
  const coordinates: Coordinate[] = [];
  COORDINATE.lastIndex = 0;
  while (COORDINATE.lastIndex < list.length) {
    const { groups } = COORDINATE.exec(list) ?? {};
    if (groups === undefined) return undefined;
    const { axis, quoted, bare } = groups;
    if (axis !== undefined) coordinates.push(coordinateOf(axis, quoted, bare ?? ''));
  }
  return coordinates;
}

function coordinateOf(axis: string, quoted: string | undefined, bare: string): Coordinate {
  const literal = quoted === undefined ? undefined : unquote(quoted);
  const glob = globOf(bare);
  const fits = (label: string): boolean => (literal === undefined ? glob.test(label) : label === literal);
  return {
    text: `${axis}=${quoted ?? bare}`, axis,
    matches: ({ labels }) => Object.hasOwn(labels, axis) && fits(String(labels[axis])),
  };
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}

/** `*` and `?` only: parentheses, commas and brackets are part of task ids, so a shell's extended globs would misread them. */
function globOf(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}

function missOf(text: string, name: string, list: string | undefined, coordinates: readonly Coordinate[] | undefined, pipeline: Pipeline): Diagnostic {
  const { file, tasks } = pipeline;
  const named = list === undefined ? [] : tasks.filter((task) => globOf(name).test(task.name));
  if (named.length === 0) {
    const names = [...new Set(tasks.map((task) => task.name))];
    const nearest = closest(list === undefined ? text : name, names);
    const suggestion = list === undefined ? nearest : `${nearest}(${list})`;
    return { code: 'unknown-task', message: `no task matches ${quote(text)}`, file, ...(names.length > 0 ? { hint: `did you mean "${suggestion}"?` } : {}) };
  }
  if (coordinates === undefined) {
    return { code: 'bad-coordinates', message: `${quote(`(${list ?? ''})`)} is not a list of coordinates`, file, hint: `write ${name}(axis=value,axis=value), as in ${named[0]?.id ?? name}` };
  }
  return coordinatesMiss(name, named, coordinates, file);
}

/** @param named the tasks of that name: there are some */
function coordinatesMiss(name: string, named: readonly Task[], coordinates: readonly Coordinate[], file: string): Diagnostic {
  const axes = [...new Set(named.flatMap((task) => Object.keys(task.labels)))];
  const unknown = coordinates.find(({ axis }) => !axes.includes(axis));
  if (unknown && axes.length === 0) return { code: 'unknown-axis', message: `${quote(name)} has no axes: it is one task`, file, hint: `write ${quote(name)}` };
  if (unknown) {
    const suggestion = suggest(unknown.axis, axes);
    const all = `its axes are ${axes.join(', ')}`;
    return { code: 'unknown-axis', message: `${quote(name)} has no axis ${quote(unknown.axis)}`, file, hint: suggestion?.startsWith('did') ? `${suggestion} (${all})` : all };
  }
  const absent = coordinates.find((coordinate) => !named.some((task) => coordinate.matches(task)));
  if (!absent) return { code: 'unknown-task', message: `no ${quote(name)} has ${coordinates.map((coordinate) => coordinate.text).join(' and ')} together`, file, hint: `there is ${named[0]?.id ?? name}` };
  const values = [...new Set(named.flatMap(({ labels }) => (Object.hasOwn(labels, absent.axis) ? [String(labels[absent.axis])] : [])))];
  const more = values.length > valuesListed ? ', …' : '';
  return { code: 'unknown-task', message: `no ${quote(name)} has ${absent.text}`, file, hint: `values of ${quote(absent.axis)} are ${values.slice(0, valuesListed).join(', ')}${more}` };
}
