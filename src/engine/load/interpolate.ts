import type { Json, JsonObject, JsonScalar } from '../json.js';
import { describeJson, evaluateExpression, namesUnder, parameterPath, parseExpression, type Expression, type ExpressionProblem, type Scope } from './expression.js';
import { limits } from './limits.js';
import type { Diagnostics, MapEntry, ScalarNode, SourceNode, Span } from './source.js';

/** A value of the file whose `${{ }}` are parsed once and evaluated for every task instance. */
export interface Template {
  readonly root: TemplateNode;
  /** False when every instance of a task gets the same value. */
  readonly usesMatrix: boolean;
  readonly hasExpressions: boolean;
  /** Names of the parameters it reads. */
  readonly params: ReadonlySet<string>;
}

type TemplateNode =
  | { readonly kind: 'scalar'; readonly value: JsonScalar; readonly span: Span | undefined }
  /** Its mistake is reported. */
  | { readonly kind: 'broken' }
  /** The whole text is one `${{ }}`: the value keeps its type. */
  | { readonly kind: 'insertion'; readonly insertion: Insertion; readonly span: Span | undefined }
  | { readonly kind: 'text'; readonly parts: readonly (string | Insertion)[]; readonly span: Span | undefined }
  | { readonly kind: 'list'; readonly items: readonly TemplateNode[]; readonly span: Span | undefined }
  | { readonly kind: 'map'; readonly entries: readonly { readonly name: string; readonly key: Span | undefined; readonly value: TemplateNode }[]; readonly span: Span | undefined };

interface Insertion {
  readonly expression: Expression;
  readonly node: ScalarNode;
  /** Of its `${{` in the text that holds it. */
  readonly at: number;
  readonly length: number;
  /** `params.x` when that is all it is. */
  readonly origin: string | undefined;
}

/** Where a value of an evaluated template was written. */
export interface Place {
  readonly span: Span | undefined;
  /** Of its key, when it is a map's entry. */
  readonly key?: Span | undefined;
  /** The parameter that the value is, when it came through a lone `${{ params.x }}`. */
  readonly origin?: string;
}

export interface Evaluated {
  readonly value: Json;
  /** JSON pointer -> place, of every value in it. */
  readonly places: ReadonlyMap<string, Place>;
}

/** How much interpolation may still produce; shared by everything in one file. */
export interface Budget {
  left: number;
  /** Going over it is one mistake, wherever it is noticed next. */
  exceeded: boolean;
}

export function budgetOf(values: number): Budget {
  return { left: values, exceeded: false };
}

export function compileTemplate(node: SourceNode, diagnostics: Diagnostics): Template {
  const params = new Set<string>();
  const found = { usesMatrix: false, hasExpressions: false };

  function compile(current: SourceNode): TemplateNode {
    switch (current.kind) {
      case 'scalar': return compileScalar(current);
      case 'list': return { kind: 'list', items: current.items.map(compile), span: current.span };
      case 'map': return { kind: 'map', entries: [...current.entries].map(([name, entry]) => ({ name, key: entry.key, value: compile(entry.value) })), span: current.span };
    }
  }

  function compileScalar(scalar: ScalarNode): TemplateNode {
    const { value, span } = scalar;
    if (typeof value !== 'string' || !value.includes('${{')) return { kind: 'scalar', value, span };
    found.hasExpressions = true;
    const parts: (string | Insertion)[] = [];
    let at = 0;
    for (let start = value.indexOf('${{'); start >= 0; start = value.indexOf('${{', at)) {
      const parsed = parseExpression(value, start);
      if (parsed.kind === 'error') {
        reportProblem(parsed.problem, scalar, diagnostics);
        return { kind: 'broken' };
      }
      const { expression, end } = parsed;
      for (const name of namesUnder('params', expression)) params.add(name);
      found.usesMatrix ||= !namesUnder('matrix', expression).next().done;
      const insertion = { expression, node: scalar, at: start, length: end - start, origin: parameterPath(expression) };
      if (start === 0 && end === value.length) {
        return { kind: 'insertion', insertion, span: diagnostics.source.spanInside(scalar, 0, end) };
      }
      if (start > at) parts.push(value.slice(at, start));
      parts.push(insertion);
      at = end;
    }
    if (at < value.length) parts.push(value.slice(at));
    return { kind: 'text', parts, span };
  }

  const root = compile(node);
  return { root, params, ...found };
}

/** Whether a value is text with a `${{ }}` in it, so that its type is known only after interpolation. */
export function isExpression(node: SourceNode | undefined): boolean {
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${{');
}

/** Evaluates a template. Returns undefined when some of it has no value; the mistakes are then reported. */
export function evaluateTemplate(template: Template, scope: Scope, budget: Budget, diagnostics: Diagnostics): Evaluated | undefined {
  const evaluator = new Evaluator(scope, budget, diagnostics);
  const value = evaluator.value(template.root, '', undefined);
  return evaluator.complete ? { value, places: evaluator.places } : undefined;
}

class Evaluator {
  readonly places = new Map<string, Place>();
  complete = true;

  constructor(readonly scope: Scope, readonly budget: Budget, readonly diagnostics: Diagnostics) {}

  value(node: TemplateNode, pointer: string, key: Span | undefined): Json {
    switch (node.kind) {
      case 'scalar':
        this.#place(pointer, node.span, key);
        return node.value;
      case 'broken':
        this.complete = false;
        return null;
      case 'insertion': {
        const value = this.#insert(node.insertion);
        return this.#inserted(value, pointer, node.span, key, node.insertion.origin);
      }
      case 'text':
        this.#place(pointer, node.span, key);
        return this.#text(node.parts);
      case 'list': {
        this.#place(pointer, node.span, key);
        return this.#list(node.items, pointer);
      }
      case 'map': {
        this.#place(pointer, node.span, key);
        const map: JsonObject = {};
        for (const entry of node.entries) map[entry.name] = this.value(entry.value, `${pointer}/${escapePointer(entry.name)}`, entry.key);
        return map;
      }
    }
  }

  #list(items: readonly TemplateNode[], pointer: string): Json[] {
    const list: Json[] = [];
    for (const item of items) {
      const inserted = item.kind === 'insertion' ? this.#insert(item.insertion) : undefined;
      if (item.kind !== 'insertion' || inserted === undefined) {
        list.push(this.value(item, `${pointer}/${String(list.length)}`, undefined));
      } else if (Array.isArray(inserted)) {
        const { origin } = item.insertion;
        for (const [index, value] of inserted.entries()) {
          list.push(this.#inserted(value, `${pointer}/${String(list.length)}`, item.span, undefined, origin === undefined ? undefined : `${origin}[${String(index)}]`));
        }
      } else {
        list.push(this.#inserted(inserted, `${pointer}/${String(list.length)}`, item.span, undefined, item.insertion.origin));
      }
    }
    return list;
  }

  #text(parts: readonly (string | Insertion)[]): string {
    let text = '';
    for (const part of parts) {
      const value = typeof part === 'string' ? part : this.#insert(part);
      if (value === undefined) continue;
      if (typeof part !== 'string' && (value === null || typeof value === 'object')) {
        this.#fail(part, 'wrong-type', `${value === null ? 'null' : describeJson(value)} cannot be put into text`, value === null ? 'give it a value, or leave it out' : `let the expression stand alone to keep ${describeJson(value)} whole, or name one value of it`);
        continue;
      }
      text += String(value);
      if (text.length <= limits.insertedText) continue;
      if (typeof part !== 'string') this.#fail(part, 'too-much-text', `interpolation makes a text of more than ${limits.insertedText.toLocaleString('en-US')} characters`, 'write long texts into a file and make it an input');
      return '';
    }
    this.budget.left -= Math.ceil(text.length / 32);
    return text;
  }

  #insert(insertion: Insertion): Json | undefined {
    if (this.budget.left < 0) return this.#exceed(insertion.node.span);
    const evaluation = evaluateExpression(insertion.expression, this.scope);
    if (evaluation.kind === 'value') return evaluation.value;
    this.complete = false;
    if (evaluation.kind === 'error') reportProblem(evaluation.problem, insertion.node, this.diagnostics);
    return undefined;
  }

  /** A copy of an inserted value: validation fills defaults into what it validates, and must not reach the parameter. */
  #inserted(value: Json | undefined, pointer: string, span: Span | undefined, key: Span | undefined, origin: string | undefined): Json {
    this.budget.left -= typeof value === 'string' ? 1 + Math.floor(value.length / 32) : 1;
    this.places.set(pointer, { span, ...(key === undefined ? {} : { key }), ...(origin === undefined ? {} : { origin }) });
    if (this.budget.left < 0) this.#exceed(span);
    if (value === undefined || this.budget.left < 0) return null;
    if (value === null || typeof value !== 'object') return value;
    const inner = (step: string): string | undefined => (origin === undefined ? undefined : origin + step);
    if (Array.isArray(value)) {
      return value.map((item, index) => this.#inserted(item, `${pointer}/${String(index)}`, span, undefined, inner(`[${String(index)}]`)));
    }
    const copy: JsonObject = {};
    for (const [name, item] of Object.entries(value)) copy[name] = this.#inserted(item, `${pointer}/${escapePointer(name)}`, span, undefined, inner(`.${name}`));
    return copy;
  }

  #exceed(span: Span | undefined): undefined {
    this.complete = false;
    if (this.budget.exceeded) return;
    this.budget.exceeded = true;
    this.diagnostics.report(span, 'too-much-interpolation', 'all `${{ }}` together insert more values than a pipeline may have', 'do parameters repeat each other?');
  }

  #place(pointer: string, span: Span | undefined, key: Span | undefined): void {
    this.places.set(pointer, key === undefined ? { span } : { span, key });
  }

  #fail({ node, at, length }: Insertion, code: string, message: string, hint?: string): void {
    this.complete = false;
    this.diagnostics.report(this.diagnostics.source.spanInside(node, at, length), code, message, hint);
  }
}

function reportProblem(problem: ExpressionProblem, node: ScalarNode, diagnostics: Diagnostics): void {
  if (!diagnostics.hasRoom) return diagnostics.report(node.span, problem.code, problem.message, problem.hint);
  const { code, message, hint, at, length } = problem;
  diagnostics.report(diagnostics.source.spanInside(node, at, length), code, message, hint);
}

/** One step of a JSON pointer (RFC 6901). */
export function escapePointer(name: string): string {
  return name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
}

/** A JSON value as a node without positions: what `-p` gives. */
export function nodeFromJson(value: Json): SourceNode {
  if (value === null || typeof value !== 'object') return { kind: 'scalar', value, span: undefined };
  if (Array.isArray(value)) return { kind: 'list', items: value.map(nodeFromJson), span: undefined };
  const entries = Object.entries(value).map(([name, item]): [string, MapEntry] => [name, { key: undefined, value: nodeFromJson(item) }]);
  return { kind: 'map', entries: new Map(entries), span: undefined };
}

/** The plain value of a node, `${{ }}` left as they are. */
export function jsonFromNode(node: SourceNode): Json {
  switch (node.kind) {
    case 'scalar': return node.value;
    case 'list': return node.items.map(jsonFromNode);
    case 'map': return Object.fromEntries([...node.entries].map(([name, { value }]) => [name, jsonFromNode(value)]));
  }
}
