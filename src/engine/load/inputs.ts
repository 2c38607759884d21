import { dirname, resolve } from 'node:path';
import type { Json } from '../json.js';
import type { InputSource } from '../pipeline.js';
import { givenInputs, type InputPort } from '../task-kind.js';
import type { ExpandedTask, ExpansionContext, Instance } from './expand.js';
import { describeJson } from './expression.js';
import { compileTemplate, evaluateTemplate, type Evaluated, type Place, type Template } from './interpolate.js';
import { Join, NodeIndex, type JoinedSource, type JoinProblem } from './join.js';
import { fileNameHint, noun, outputHint, outputNames, outputOf, outputsOfTypeHint } from './outputs.js';
import { mapOf } from './params.js';
import { standsFor } from './habits.js';
import { GRAMMAR, parseReference, type OutputReference, type ParsedReference, type Part, type Reference } from './reference.js';
import { taskProperties } from './shape.js';
import type { Span } from './source.js';
import { listOf, nearestName, own, quote, suggest } from './suggest.js';

/** An input of one instance with its sources found. */
export interface ResolvedInput {
  readonly type: 'file' | 'tree' | 'value';
  readonly many: boolean;
  readonly sources: readonly ResolvedSource[];
  /** Of its name in the file. */
  readonly key: Span | undefined;
}

export type ResolvedSource = JoinedSource | Extract<InputSource, { kind: 'path' }>;

interface DeclaredInput {
  readonly name: string;
  readonly key: Span | undefined;
  /** Undefined for the inputs that a kind with open ports leaves to the file. */
  readonly port: InputPort | undefined;
  readonly template: Template;
}

/** A reference with the place it was written at. */
interface Located {
  readonly reference: Reference;
  readonly place: Place;
}

interface InputList {
  /** `null`, for an optional input: as if it were not written. */
  readonly isAbsent?: boolean;
  readonly listed: boolean;
  readonly items: readonly Located[];
}

/** Finds the sources of every input of every instance. */
export class InputResolver {
  readonly #index = new NodeIndex();
  readonly #byName: ReadonlyMap<string, ExpandedTask>;
  readonly #parsed = new Map<string, ParsedReference>();

  constructor(tasks: readonly ExpandedTask[], readonly file: string, readonly context: ExpansionContext) {
    this.#byName = new Map(tasks.map((task) => [task.declared.name, task]));
  }

  /** Inputs by name, for each instance of the task. Mistakes are reported; what they touch is left out. */
  resolve(task: ExpandedTask): readonly Readonly<Record<string, ResolvedInput>>[] {
    const inputs = this.#declared(task);
    const joins = new Map<OutputReference, Join | undefined>();
    const fixed = new Map<DeclaredInput, InputList | undefined>();
    for (const input of inputs) {
      // Checked even when no instance is known.
      if (!input.template.usesMatrix) fixed.set(input, this.#references(input, evaluateTemplate(input.template, this.context.params, this.context.budget, this.context.diagnostics)));
    }
    for (const [input, list] of fixed) for (const item of list?.items ?? []) this.#join(item, list?.listed ?? false, input, task, joins);
    return task.instances.map((instance) => {
      const resolved: Record<string, ResolvedInput> = {};
      for (const input of inputs) {
        const list = input.template.usesMatrix
          ? this.#references(input, evaluateTemplate(input.template, instance.scope, this.context.budget, this.context.diagnostics))
          : fixed.get(input);
        const found = list === undefined || list.isAbsent === true ? undefined : this.#resolveInput(input, list, instance, joins);
        if (found !== undefined) resolved[input.name] = found;
      }
      return resolved;
    });
  }

  #declared({ declared }: ExpandedTask): DeclaredInput[] {
    const { diagnostics } = this.context;
    const { kind, name: taskName } = declared;
    const entry = declared.entries.get('inputs');
    const written = mapOf(entry?.value)?.entries ?? new Map<string, never>();
    const inputs: DeclaredInput[] = [];
    const ports = kind === undefined ? {} : givenInputs(kind);
    const isMeant = (name: string): boolean => standsFor(name, written.keys(), Object.keys(ports), undefined)
      || (entry === undefined && standsFor('inputs', declared.entries.keys(), Object.keys(taskProperties), 'task'));
    if (entry !== undefined && entry.value.kind !== 'map') return [];
    for (const [name, { key, value }] of written) {
      const port = own(ports, name);
      if (kind !== undefined && port === undefined && kind.openPorts !== true) {
        diagnostics.report(key, 'unknown-input', `${quote(kind.name)} has no input ${quote(name)}`, suggest(name, Object.keys(ports)) ?? 'it has no inputs: leave this out');
      }
      inputs.push({ name, key, port, template: compileTemplate(value, diagnostics) });
    }
    for (const [name, port] of Object.entries(ports)) {
      if (port.optional === true || written.has(name) || isMeant(name)) continue;
      const example = port.type === 'value' ? 'task.output#/key' : 'task.output';
      diagnostics.report(entry?.key ?? declared.key, 'missing-input', `task ${quote(taskName)} needs the input ${quote(name)}`, `write \`inputs: { ${name}: ${example} }\` with ${noun(port.type)}. ${port.description}`);
    }
    return inputs;
  }

  #references(input: DeclaredInput, evaluated: Evaluated | undefined): InputList | undefined {
    if (evaluated === undefined) return undefined;
    const { value, places } = evaluated;
    const place = places.get('') ?? { span: input.key };
    if (value === null && input.port?.optional === true) return { listed: false, items: [], isAbsent: true };
    if (!Array.isArray(value)) {
      const reference = this.#reference(value, place);
      return reference === undefined ? undefined : { listed: false, items: [reference] };
    }
    if (input.port !== undefined && input.port.many !== true) {
      const [only] = value;
      const hint = value.length === 1 && typeof only === 'string' ? `write it without the brackets: ${only}` : 'name one of them';
      this.context.diagnostics.report(place.span, 'takes-one', `input ${quote(input.name)} takes one artifact, not a list`, hint);
      return undefined;
    }
    const items = value.map((item, index) => this.#reference(item, places.get(`/${String(index)}`) ?? place));
    const known = items.filter((item) => item !== undefined);
    return known.length === items.length ? { listed: true, items: known } : undefined;
  }

  #reference(value: Json, place: Place): Located | undefined {
    const { diagnostics } = this.context;
    if (typeof value === 'string') {
      let parsed = this.#parsed.get(value);
      if (parsed === undefined) this.#parsed.set(value, (parsed = parseReference(value)));
      if (parsed.kind === 'ok') return { reference: parsed.reference, place };
      const named = this.#byName.get(value);
      if (named !== undefined) diagnostics.report(place.span, 'bad-reference', `${quote(value)} is a task, and an input is one of its outputs`, outputHint(named));
      else diagnostics.report(this.#span(place, value, parsed), 'bad-reference', `${quote(value)} is not an input: ${parsed.message}`, fileNameHint(value, this.#byName) ?? parsed.hint);
      return undefined;
    }
    if (value !== null && typeof value === 'object' && !Array.isArray(value) && typeof value.path === 'string' && Object.keys(value).length === 1) {
      if (!value.path.includes('\0')) return { reference: { kind: 'path', path: value.path }, place };
      diagnostics.report(place.span, 'bad-reference', 'a path cannot hold the character NUL', 'leave it out');
      return undefined;
    }
    diagnostics.report(place.span ?? place.key, 'bad-reference', `an input must be a reference or a path, found ${describeJson(value)}`, GRAMMAR);
    return undefined;
  }

  #resolveInput(input: DeclaredInput, list: InputList, instance: Instance, joins: Map<OutputReference, Join | undefined>): ResolvedInput | undefined {
    const { context } = this;
    const sources: ResolvedSource[] = [];
    const types = new Set<ResolvedInput['type']>();
    let many = input.port === undefined ? list.listed : input.port.many === true;
    let shared: readonly ResolvedSource[] = sources;
    for (const { reference, place } of list.items) {
      if (reference.kind === 'path') {
        if (!this.#checkPath(reference, input, place)) return undefined;
        const { path, pointer } = reference;
        types.add(input.port?.type ?? (pointer !== undefined ? 'value' : path.endsWith('/') ? 'tree' : 'file'));
        sources.push({ kind: 'path', path: resolve(dirname(this.file), path), ...(place.span === undefined ? {} : { position: place.span.position }), ...(pointer === undefined ? {} : { pointer }), labels: {} });
        continue;
      }
      const join = this.#join({ reference, place }, list.listed, input, instance.task, joins);
      if (join === undefined) return undefined;
      const found = join.sourcesFor(instance);
      if (isProblem(found)) {
        this.#report(found, reference, place);
        return undefined;
      }
      if (input.port === undefined && join.free.length > 0) many = true;
      types.add(reference.pointer === undefined ? outputOf(join.producer, reference.output.text)?.type ?? 'file' : 'value');
      if (list.items.length === 1) shared = found;
      else for (const source of found) sources.push(source);
    }
    const [type, other] = types;
    if (type === undefined) {
      context.diagnostics.report(input.key, 'empty-input', `input ${quote(input.name)} is an empty list`, 'name at least one artifact, or leave the input out if the task can do without');
      return undefined;
    }
    if (other !== undefined) {
      context.diagnostics.report(input.key, 'wrong-artifact-type', `input ${quote(input.name)} lists artifacts of different types: ${[...types].map(noun).join(' and ')}`, 'make them two inputs');
      return undefined;
    }
    return { type, many, sources: shared, key: input.key };
  }

  /** Plans a reference once for all instances of the consumer, and reports what is wrong with it for all of them. */
  #join({ reference, place }: Located, listed: boolean, input: DeclaredInput, consumer: ExpandedTask, joins: Map<OutputReference, Join | undefined>): Join | undefined {
    if (reference.kind === 'path') return undefined;
    // One text is parsed once, so two inputs may share the reference and differ in their ports.
    const known = joins.get(reference);
    const join = known ?? (joins.has(reference) ? undefined : this.#plan(reference, place, consumer));
    joins.set(reference, join);
    if (join === undefined || !this.#checkType(join, input, place)) return undefined;
    if (join.free.length === 0 || listed || input.port === undefined || input.port.many === true) return join;
    const axes = join.free.map(({ name }) => quote(name)).join(' and ');
    this.context.diagnostics.report(
      place.span, 'unfixed-axis',
      `input ${quote(input.name)} takes one artifact, and ${quote(reference.text)} has one for every ${axes}`,
      `fix ${join.free.length > 1 ? 'the axes' : 'the axis'}, as in ${join.example}, or give ${quote(consumer.declared.name)} a matrix with ${axes}`,
    );
    return undefined;
  }

  #plan(reference: OutputReference, place: Place, consumer: ExpandedTask): Join | undefined {
    const { task, output } = reference;
    const producer = this.#byName.get(task.text);
    if (producer === undefined) {
      this.#report({ code: 'unknown-task', message: `unknown task ${quote(task.text)}`, hint: () => this.#taskHint(reference), part: task }, reference, place);
      return undefined;
    }
    const declared = outputOf(producer, output.text);
    if (declared === undefined) {
      if (producer.declared.kind === undefined || standsFor('outputs', producer.declared.entries.keys(), Object.keys(taskProperties), 'task')) return undefined;
      this.#report({ code: 'unknown-output', message: `task ${quote(task.text)} has no output ${quote(output.text)}`, hint: fileNameHint(reference.text, this.#byName) ?? suggest(output.text, outputNames(producer)) ?? 'it has no outputs: declare one, `outputs: { total: total.txt }`', part: output }, reference, place);
      return undefined;
    }
    if (!producer.known) return undefined;
    const join = Join.plan(reference, consumer, producer, declared.of, this.#index);
    if (join instanceof Join) return join;
    this.#report(join, reference, place);
    return undefined;
  }

  #checkType({ reference, producer }: Join, input: DeclaredInput, place: Place): boolean {
    const output = outputOf(producer, reference.output.text);
    const expected = input.port?.type;
    const isValue = reference.pointer !== undefined;
    const written = quote(reference.text);
    if (isValue && output?.type === 'tree') {
      this.context.diagnostics.report(place.span, 'wrong-artifact-type', `${written} points into a folder, and only a JSON file has values`, `leave ${quote(`#${reference.pointer ?? ''}`)} out, or name an output that is a JSON file`);
      return false;
    }
    if (expected === undefined || (expected === 'value' ? isValue : !isValue && expected === output?.type)) return true;
    const found = noun(isValue ? 'value' : output?.type ?? 'file');
    const hint = expected === 'value' ? `name the value, as in ${quote(`${reference.text}#/key`)}` : isValue ? `leave ${quote(`#${reference.pointer ?? ''}`)} out` : outputsOfTypeHint(producer, expected);
    this.context.diagnostics.report(place.span, 'wrong-artifact-type', `input ${quote(input.name)} takes ${noun(expected)}, and ${written} is ${found}`, hint);
    return false;
  }

  #checkPath({ path, pointer }: { readonly path: string; readonly pointer?: string }, input: DeclaredInput, place: Place): boolean {
    if (input.port === undefined || (input.port.type === 'value') === (pointer !== undefined)) return true;
    const hint = pointer === undefined ? `name the value, as in ${quote(`${path}#/key`)}` : `leave ${quote(`#${pointer}`)} out`;
    this.context.diagnostics.report(place.span, 'wrong-artifact-type', `input ${quote(input.name)} takes ${noun(input.port.type)}`, hint);
    return false;
  }

  /** A task that there is not: a slip, or a file of the user's. */
  #taskHint({ task, text }: OutputReference): string {
    const names = [...this.#byName.keys()];
    const nearest = nearestName(task.text, names);
    return nearest === undefined ? `expected ${listOf(names)}; a file of yours starts with "./": "./${text.slice(0, 60)}"` : `did you mean ${quote(nearest)}?`;
  }

  #report({ code, message, hint, part }: JoinProblem, reference: OutputReference, place: Place): void {
    this.context.diagnostics.report(part === undefined ? place.span : this.#span(place, reference.text, part), code, message, hint);
  }

  /** Where a part of a reference stands in the file. */
  #span({ span }: Place, text: string, { at, length }: Pick<Part, 'at' | 'length'>): Span | undefined {
    return this.context.diagnostics.source.spanInside({ kind: 'scalar', value: text, span }, at, length);
  }
}

function isProblem(found: readonly JoinedSource[] | JoinProblem): found is JoinProblem {
  return 'code' in found;
}

