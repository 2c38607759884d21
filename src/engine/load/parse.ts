import { Composer, type Document, isAlias, isMap, isScalar, isSeq, Lexer, Parser, type CST, type ParsedNode } from 'yaml';
import type { JsonScalar } from '../json.js';
import { limits } from './limits.js';
import type { Diagnostics, MapEntry, MapNode, SourceNode, Span } from './source.js';
import { quote, suggest } from './suggest.js';
import { reportSyntax, reportUnprintable } from './syntax.js';

/** Keys that would reach into every object of the process if some code assigned them blindly. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** The least that a file must hold. */
const LEAST = 'the least that one holds: `name: hello` and, below it, `tasks: { today: { uses: exec, with: { run: date } } }`';

/** Reads YAML 1.2 (core schema) into located nodes. Returns undefined, with diagnostics, when the file cannot be read at all. */
export function parsePipelineText(diagnostics: Diagnostics): MapNode | undefined {
  const { text } = diagnostics.source;
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.bytes) {
    diagnostics.report(undefined, 'file-too-large', `a pipeline file has at most ${String(limits.bytes / 2 ** 20)} MiB, this one has ${(bytes / 2 ** 20).toFixed(1)}`, 'put data into files of its own and name them under `inputs:`');
    return undefined;
  }
  const conflict = /^<{7}(?= )/m.exec(text);
  if (conflict !== null) {
    diagnostics.report(diagnostics.source.span(conflict.index, conflict.index + 7), 'merge-conflict', 'the file holds an unresolved merge conflict', 'keep one of the two sides, and take out the lines <<<<<<<, ======= and >>>>>>>');
    return undefined;
  }
  if (reportUnprintable(diagnostics)) return undefined;
  const document = composeDocument(diagnostics);
  if (document === undefined) return undefined;
  if (document.contents === null) {
    diagnostics.report(undefined, 'empty-file', 'the file is empty', LEAST);
    return undefined;
  }
  const converter = new Converter(diagnostics);
  const root = converter.convert(document.contents, 1);
  if (converter.isIncomplete) return undefined;
  if (root.kind === 'map') return root;
  diagnostics.report(root.span, 'wrong-type', `a pipeline file is a map with the keys name and tasks, this one is ${root.kind === 'list' ? 'a list' : 'text'}`, LEAST);
  return undefined;
}

function composeDocument(diagnostics: Diagnostics): Document.Parsed | undefined {
  const { source } = diagnostics;
  const composer = new Composer({ version: '1.2', schema: 'core', resolveKnownTags: false, stringKeys: true, uniqueKeys: false, prettyErrors: false });
  const documents: Document.Parsed[] = [];
  const { stackTraceLimit } = Error;
  try {
    // Hostile text makes errors by the hundred thousand, and the stack of each costs more than all the rest.
    Error.stackTraceLimit = 0;
    for (const document of composer.compose(boundedTokens(diagnostics), true, source.text.length)) documents.push(document);
  } catch (error) {
    // `yaml` yields its errors; what it throws on is text that no person wrote.
    diagnostics.report(undefined, 'yaml-syntax', `this is no YAML that can be read: ${error instanceof Error ? error.message : String(error)}`, LEAST);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  const [document, second] = documents;
  reportSyntax(document?.errors ?? [], diagnostics);
  if (diagnostics.count > 0) return undefined;
  if (second !== undefined) {
    const [start, end] = second.range;
    diagnostics.report(source.span(start, end), 'several-documents', 'a second document starts here, and a file holds one pipeline', 'put each pipeline into a file of its own');
  }
  if (document?.directives.yaml.explicit === true) {
    diagnostics.report(source.span(0, Math.max(1, source.text.search(/\r?\n/))), 'directive', 'directives are not supported: pipelines are YAML 1.2', 'leave this line out');
  }
  return diagnostics.count > 0 ? undefined : document;
}

/** Stops before nesting grows past what recursive code can take: `[` repeated a million times would end the process. */
function* boundedTokens(diagnostics: Diagnostics): Generator<CST.Token> {
  const parser = new Parser();
  let errors = 0;
  for (const lexeme of new Lexer().lex(diagnostics.source.text)) {
    for (const token of parser.next(lexeme)) {
      yield token;
      if (token.type === 'error') errors += 1;
    }
    if (errors >= limits.diagnostics) return;
    // A level of nesting takes up to two entries on the parser's stack.
    if (parser.stack.length > 2 * limits.depth + 2) {
      reportDepth(diagnostics, diagnostics.source.span(parser.offset, parser.offset + 1));
      return;
    }
  }
  yield* parser.end();
}

function reportDepth(diagnostics: Diagnostics, span: Span | undefined): void {
  diagnostics.report(span, 'too-deep', `maps and lists are nested more than ${String(limits.depth)} levels deep`, 'no pipeline needs that: is a bracket not closed?');
}

interface Anchored {
  readonly node: SourceNode;
  /** Nodes in it, aliases expanded. */
  readonly weight: number;
  readonly depth: number;
}

class Converter {
  /** In document order, so an alias means the nearest anchor before it. `open` while inside. */
  readonly #anchors = new Map<string, Anchored | 'open'>();
  #weight = 0;
  #aliased = 0;
  /** Of the deepest node seen since it was last reset. */
  #deepest = 0;
  /** Whether some value is not known, because the alias that stands for it means nothing. */
  isIncomplete = false;

  constructor(readonly diagnostics: Diagnostics) {}

  convert(node: ParsedNode | null, depth: number): SourceNode {
    if (node === null) return { kind: 'scalar', value: null, span: undefined };
    if (isAlias(node)) return this.#alias(node.source, this.#span(node), depth);
    this.#weight += 1;
    this.#deepest = Math.max(this.#deepest, depth);
    if (node.tag !== undefined) this.#tag(node);
    if (depth > limits.depth) {
      this.isIncomplete = true;
      reportDepth(this.diagnostics, this.#span(node));
      return { kind: 'scalar', value: null, span: this.#span(node) };
    }
    return node.anchor === undefined ? this.#content(node, depth) : this.#anchor(node.anchor, node, depth);
  }

  #tag({ range: [start], tag = '' }: ParsedNode): void {
    const { source } = this.diagnostics;
    const before = source.text.slice(Math.max(0, start - 200), start);
    const written = /!\S*(?=\s*(?:&\S+\s*)?$)/.exec(before);
    const at = written === null ? start : start - before.length + written.index;
    this.diagnostics.report(source.span(at, at + (written?.[0].length ?? 1)), 'tag', `tags such as ${quote(written?.[0] ?? tag)} are not supported`, 'leave the tag out: 3 is a number, \'3\' is text');
  }

  #anchor(name: string, node: ParsedNode, depth: number): SourceNode {
    const [weightBefore, deepestBefore] = [this.#weight, this.#deepest];
    this.#anchors.set(name, 'open');
    this.#deepest = depth;
    const converted = this.#content(node, depth);
    this.#anchors.set(name, { node: converted, weight: this.#weight - weightBefore + 1, depth: this.#deepest - depth });
    this.#deepest = Math.max(this.#deepest, deepestBefore);
    return converted;
  }

  #alias(name: string, span: Span | undefined, depth: number): SourceNode {
    const nothing: SourceNode = { kind: 'scalar', value: null, span };
    const anchored = this.#anchors.get(name);
    if (anchored === undefined || anchored === 'open') {
      if (anchored === undefined) this.diagnostics.report(span, 'bad-alias', `*${name} repeats an anchor &${name}, and there is none before it`, () => suggest(name, this.#anchors.keys()) ?? `write the value, or mark it where it stands first: &${name}`);
      else this.diagnostics.report(span, 'bad-alias', `*${name} stands inside &${name}, so it would contain itself`, 'write the value out');
      this.isIncomplete = true;
      return nothing;
    }
    this.#aliased += anchored.weight;
    if (this.#aliased > limits.aliasedNodes) {
      // Said once: every further alias of such a file goes over the bound again.
      if (this.#aliased - anchored.weight <= limits.aliasedNodes) {
        this.diagnostics.report(span, 'too-many-aliases', `aliases that repeat aliases: with this one they stand for more than ${limits.aliasedNodes.toLocaleString('en-US')} values`, 'write the values out, or compute them in a task');
      }
      this.isIncomplete = true;
      return nothing;
    }
    if (depth + anchored.depth > limits.depth) {
      if (!this.isIncomplete) reportDepth(this.diagnostics, span);
      this.isIncomplete = true;
      return nothing;
    }
    this.#weight += anchored.weight;
    this.#deepest = Math.max(this.#deepest, depth + anchored.depth);
    return anchored.node;
  }

  #content(node: ParsedNode, depth: number): SourceNode {
    const span = this.#span(node);
    if (isMap<ParsedNode, ParsedNode | null>(node)) return { kind: 'map', entries: this.#entries(node.items, depth), span };
    if (isSeq<ParsedNode>(node)) return { kind: 'list', items: node.items.map((item) => this.convert(item, depth + 1)), span };
    if (isScalar(node)) return { kind: 'scalar', value: this.#scalar(node.value, node.source ?? '', span), span };
    throw new Error('a YAML node is a map, a list, a scalar or an alias');
  }

  #entries(pairs: readonly { key: ParsedNode; value: ParsedNode | null }[], depth: number): Map<string, MapEntry> {
    const entries = new Map<string, MapEntry>();
    for (const { key: keyNode, value } of pairs) {
      const key = this.#span(keyNode);
      if (!isScalar(keyNode) || typeof keyNode.value !== 'string') {
        this.diagnostics.report(key, 'wrong-type', 'a key must be text, not a list or a map', 'write the key in quotes if it is meant as text');
        continue;
      }
      const name = keyNode.value;
      if (keyNode.anchor !== undefined) this.#anchors.set(keyNode.anchor, { node: { kind: 'scalar', value: name, span: key }, weight: 1, depth: 0 });
      if (forbiddenKeys.has(name)) this.diagnostics.report(key, 'forbidden-key', `the key ${quote(name)} is not allowed`, 'choose another name');
      if (LONE_SURROGATE.test(name)) this.diagnostics.report(key, 'bad-text', 'the key holds half of a character', WHOLE_CHARACTER);
      const first = entries.get(name);
      if (first !== undefined) {
        const places = first.key === undefined || key === undefined ? [] : [{ span: key, label: 'again' }, { span: first.key, label: 'first' }];
        this.diagnostics.report(key, 'duplicate-key', `the key ${quote(name)} is set twice`, 'keep one of the two, or give one another name', places);
        continue;
      }
      const converted = this.convert(value, depth + 1);
      // `key:` with nothing after it: point at the key.
      const isUnwritten = converted.kind === 'scalar' && converted.value === null && (converted.span === undefined || converted.span.start === converted.span.end);
      entries.set(name, { key, value: isUnwritten ? { ...converted, span: key } : converted });
    }
    return entries;
  }

  #scalar(value: unknown, source: string, span: Span | undefined): JsonScalar {
    if (typeof value === 'number') return this.#number(value, source, span);
    if (typeof value === 'string') {
      if (LONE_SURROGATE.test(value)) this.diagnostics.report(span, 'bad-text', 'the text holds half of a character', WHOLE_CHARACTER);
      return value;
    }
    return typeof value === 'boolean' ? value : null;
  }

  #number(value: number, source: string, span: Span | undefined): number {
    const digits = /^[-+]?(\d+|0x[0-9a-f]+|0o[0-7]+)$/i.test(source);
    if (!Number.isFinite(value)) {
      this.diagnostics.report(span, 'bad-number', `${quote(source)} is not a number that a result can be recorded with`, 'quote it if it is meant as text');
    } else if (digits && !Number.isSafeInteger(value)) {
      this.diagnostics.report(span, 'bad-number', `${quote(source)} is beyond the whole numbers that are exact, up to 2^53`, 'quote it if it is meant as text');
    }
    return value;
  }

  #span(node: ParsedNode): Span | undefined {
    const [start, end] = node.range;
    return this.diagnostics.source.span(start, end);
  }
}

const WHOLE_CHARACTER = 'write the character itself, or both halves: "\\ud83d\\ude00"';

/** Half of a UTF-16 pair: cannot be written as UTF-8, so it has no canonical JSON. */
export const LONE_SURROGATE = /\p{Surrogate}/u;
