import type { Json, JsonObject } from '../json.js';
import type { LoadOptions } from '../pipeline.js';
import { BROKEN, type Scope } from './expression.js';
import { budgetOf, compileTemplate, evaluateTemplate, nodeFromJson, type Budget, type Template } from './interpolate.js';
import { limits } from './limits.js';
import { topologicalOrder } from './order.js';
import { LONE_SURROGATE } from './parse.js';
import type { Diagnostics, MapEntry, MapNode, SourceNode, Span } from './source.js';
import { quote, suggest } from './suggest.js';

/** The pipeline's parameters after profile and `-p`, with the `${{ }}` in them evaluated. */
export class Params implements Scope {
  readonly roots: readonly string[] = ['params'];

  constructor(readonly values: ReadonlyMap<string, Json | typeof BROKEN>) {}

  names(root: string): Iterable<string> | undefined {
    return root === 'params' ? this.values.keys() : undefined;
  }

  value(root: string, name: string): Json | undefined | typeof BROKEN {
    return root === 'params' ? this.values.get(name) : undefined;
  }

  toJson(): JsonObject {
    const json: JsonObject = {};
    for (const [name, value] of this.values) if (value !== BROKEN) json[name] = value;
    return json;
  }
}

const empty: MapNode = { kind: 'map', entries: new Map(), span: undefined };

export function resolveParams(root: MapNode, options: LoadOptions, diagnostics: Diagnostics): Params {
  const declared = mapOf(root.entries.get('params')?.value) ?? empty;
  const profiles = mapOf(root.entries.get('profiles')?.value) ?? empty;
  let params = declared;
  for (const [name, { value }] of profiles.entries) {
    if (value.kind !== 'map') continue;
    const overridden = override(declared, value, '', diagnostics);
    if (name === options.profile) params = overridden;
  }
  if (options.profile !== undefined && !profiles.entries.has(options.profile)) {
    const hint = suggest(options.profile, profiles.entries.keys()) ?? 'the file has no profiles: leave --profile out';
    diagnostics.report(root.entries.get('profiles')?.key, 'unknown-profile', `--profile ${options.profile}: there is no profile of that name`, hint);
  }
  for (const [path, value] of Object.entries(options.params ?? {})) params = assign(params, path, value, diagnostics);
  return evaluateParams(params, budgetOf(limits.paramValues), diagnostics);
}

/** Maps are merged key by key, everything else is replaced. A profile adds no keys: a misspelt one would be silently ignored. */
function override(base: MapNode, over: MapNode, path: string, diagnostics: Diagnostics): MapNode {
  const entries = new Map(base.entries);
  for (const [name, { key, value }] of over.entries) {
    const known = base.entries.get(name);
    if (known === undefined && (path === '' || base.entries.size > 0)) {
      diagnostics.report(key, 'unknown-param', `unknown parameter ${quote(path + name)}: a profile changes what \`params\` declares`, () => suggest(name, base.entries.keys()) ?? 'declare it under `params:` first');
      continue;
    }
    const merged = known?.value.kind === 'map' && value.kind === 'map' ? override(known.value, value, `${path}${name}.`, diagnostics) : value;
    entries.set(name, { key, value: merged });
  }
  return { ...base, entries };
}

/** `-p a.b=value` replaces the value at `a.b`. */
function assign(params: MapNode, path: string, value: Json, diagnostics: Diagnostics): MapNode {
  const problem = jsonProblem(value);
  if (problem !== undefined) {
    diagnostics.report(undefined, 'bad-param', `-p ${path}: ${problem}`, 'give another value');
    return params;
  }
  return replace(params, path.split('.'), 0);

  function replace(map: MapNode, steps: readonly string[], at: number): MapNode {
    const [name = '', last] = [steps[at], at === steps.length - 1];
    const entry = map.entries.get(name);
    const here = steps.slice(0, at + 1).join('.');
    if (entry === undefined) {
      diagnostics.report(undefined, 'unknown-param', `-p ${path}: unknown parameter ${quote(here)}`, suggest(here, [...map.entries.keys()].map((known) => [...steps.slice(0, at), known].join('.'))) ?? 'the file has no `params:`: -p changes what stands there');
      return map;
    }
    if (last) return { ...map, entries: new Map(map.entries).set(name, { key: entry.key, value: nodeFromJson(value) }) };
    if (entry.value.kind !== 'map') {
      diagnostics.report(undefined, 'unknown-param', `-p ${path}: ${quote(here)} is not a map and has nothing inside`, `write -p ${here}=VALUE`);
      return map;
    }
    const inner: MapEntry = { key: entry.key, value: replace(entry.value, steps, at + 1) };
    return { ...map, entries: new Map(map.entries).set(name, inner) };
  }
}

/** What makes a value from the command line unfit for canonical JSON. */
function jsonProblem(value: Json, depth = 0): string | undefined {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `${String(value)} is not a number that JSON can carry`;
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? `${String(value)} is beyond the whole numbers that JSON carries exactly (2^53)` : undefined;
  }
  if (typeof value === 'string') return LONE_SURROGATE.test(value) ? 'the text holds half of a character (a lone surrogate)' : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > 32) return 'the value is nested too deeply';
  if (Object.keys(value).some((key) => key === '__proto__' || key === 'constructor' || key === 'prototype')) return 'the keys __proto__, constructor and prototype are not allowed';
  for (const inner of Object.values(value)) {
    const problem = jsonProblem(inner as Json, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Parameters may read one another, in any order but not in a circle. */
function evaluateParams(params: MapNode, budget: Budget, diagnostics: Diagnostics): Params {
  const names = [...params.entries.keys()];
  const indexes = new Map(names.map((name, index) => [name, index]));
  const entries = [...params.entries.values()].map(({ key, value }): { key: Span | undefined; template: Template } => ({ key, template: compileTemplate(value, diagnostics) }));
  const dependencies = entries.map(({ template }) => [...template.params].flatMap((name) => indexes.get(name) ?? []));
  const { order, cycles } = topologicalOrder(entries.length, (index) => dependencies[index] ?? []);

  const values = new Map<string, Json | typeof BROKEN>(names.map((name) => [name, BROKEN]));
  const circular = new Set(cycles.flat());
  for (const cycle of cycles) {
    const circle = [...cycle, ...cycle.slice(0, 1)].map((index) => names[index] ?? '');
    const places = cycle.flatMap((index, at) => {
      const span = entries[index]?.key;
      return span === undefined ? [] : [{ span, label: `${names[index] ?? ''} reads ${circle[at + 1] ?? ''}` }];
    });
    diagnostics.report(entries[cycle[0] ?? 0]?.key, 'cycle', circle.length === 2 ? `parameter ${quote(circle[0] ?? '')} reads itself` : `parameters read each other in a circle: ${circle.join(' → ')}`, 'write one of them as a plain value', places);
  }
  const scope = new Params(values);
  for (const index of order) {
    const entry = entries[index];
    if (entry === undefined || circular.has(index)) continue;
    const evaluated = evaluateTemplate(entry.template, scope, budget, diagnostics);
    if (evaluated !== undefined) values.set(names[index] ?? '', evaluated.value);
  }
  return scope;
}

/** The node as a map; undefined when it is something else, which the shape check reports. */
export function mapOf(node: SourceNode | undefined): MapNode | undefined {
  return node?.kind === 'map' ? node : undefined;
}
