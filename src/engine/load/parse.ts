import { Composer, type Document, isAlias, isMap, isScalar, isSeq, Lexer, Parser, type CST, type ParsedNode } from 'yaml';
import type { JsonScalar } from '../json.js';
import { limits } from './limits.js';
import type { Diagnostics, MapEntry, MapNode, SourceNode, Span } from './source.js';
import { quote } from './suggest.js';

/** Keys that would reach into every object of the process if some code assigned them blindly. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads YAML 1.2 (core schema) into located nodes. Returns undefined, with diagnostics, when the file cannot be read at all. */
export function parsePipelineText(diagnostics: Diagnostics): MapNode | undefined {
  const { text } = diagnostics.source;
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.bytes) {
    diagnostics.report(undefined, 'file-too-large', `a pipeline file has at most ${String(limits.bytes)} bytes, this one has ${String(bytes)}`);
    return undefined;
  }
  const conflict = /^<{7}(?= )/m.exec(text);
  if (conflict !== null) {
    diagnostics.report(diagnostics.source.span(conflict.index, conflict.index + 7), 'merge-conflict', 'the file holds an unresolved merge conflict');
    return undefined;
  }
  const document = composeDocument(diagnostics);
  if (document === undefined) return undefined;
  if (document.contents === null) {
    diagnostics.report(undefined, 'empty-file', 'the file is empty', 'a pipeline has a `name:` and `tasks:`');
    return undefined;
  }
  const root = new Converter(diagnostics).convert(document.contents, 1);
  if (root.kind === 'map') return root;
  diagnostics.report(root.span, 'wrong-type', 'a pipeline file must be a map with `name:` and `tasks:`');
  return undefined;
}

function composeDocument(diagnostics: Diagnostics): Document.Parsed | undefined {
  const { source } = diagnostics;
  const composer = new Composer({ version: '1.2', schema: 'core', resolveKnownTags: false, stringKeys: true, uniqueKeys: false, prettyErrors: false });
  const documents: Document.Parsed[] = [];
  try {
    for (const document of composer.compose(boundedTokens(diagnostics), true, source.text.length)) documents.push(document);
  } catch (error) {
    // `yaml` yields its errors; what it throws on is text that no person wrote.
    diagnostics.report(undefined, 'yaml-syntax', `the YAML parser gave up: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [document, second] = documents;
  for (const error of document?.errors ?? []) {
    const [start, end] = error.pos;
    diagnostics.report(source.span(start, end), 'yaml-syntax', error.message);
  }
  if (second !== undefined) {
    const [start, end] = second.range;
    diagnostics.report(source.span(start, end), 'several-documents', 'a pipeline file holds one YAML document, this one holds several');
  }
  if (document?.directives.yaml.explicit === true) {
    diagnostics.report(source.span(0, 1), 'directive', '%YAML directives are not supported: pipelines are YAML 1.2');
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
  diagnostics.report(span, 'too-deep', `maps and lists are nested more than ${String(limits.depth)} levels deep`);
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

  constructor(readonly diagnostics: Diagnostics) {}

  convert(node: ParsedNode | null, depth: number): SourceNode {
    if (node === null) return { kind: 'scalar', value: null, span: undefined };
    if (isAlias(node)) return this.#alias(node.source, this.#span(node), depth);
    this.#weight += 1;
    this.#deepest = Math.max(this.#deepest, depth);
    if (node.tag !== undefined) {
      this.diagnostics.report(this.#span(node), 'tag', `tags are not supported: ${quote(node.tag)}`, 'write the value without a tag');
    }
    if (depth > limits.depth) {
      reportDepth(this.diagnostics, this.#span(node));
      return { kind: 'scalar', value: null, span: this.#span(node) };
    }
    return node.anchor === undefined ? this.#content(node, depth) : this.#anchor(node.anchor, node, depth);
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
      const problem = anchored === undefined ? `no anchor &${name} comes before *${name}` : `*${name} stands inside &${name}: it would contain itself`;
      this.diagnostics.report(span, 'bad-alias', problem);
      return nothing;
    }
    this.#aliased += anchored.weight;
    if (this.#aliased > limits.aliasedNodes) {
      this.diagnostics.report(span, 'too-many-aliases', `aliases expand to more than ${String(limits.aliasedNodes)} values`);
      return nothing;
    }
    if (depth + anchored.depth > limits.depth) {
      reportDepth(this.diagnostics, span);
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
        this.diagnostics.report(key, 'wrong-type', 'a key must be text');
        continue;
      }
      const name = keyNode.value;
      if (keyNode.anchor !== undefined) this.#anchors.set(keyNode.anchor, { node: { kind: 'scalar', value: name, span: key }, weight: 1, depth: 0 });
      if (forbiddenKeys.has(name)) this.diagnostics.report(key, 'forbidden-key', `the key ${quote(name)} is not allowed`);
      if (LONE_SURROGATE.test(name)) this.diagnostics.report(key, 'bad-text', 'the key holds half of a character (a lone surrogate)');
      const first = entries.get(name);
      if (first !== undefined) {
        const line = first.key === undefined ? '' : ` on line ${String(first.key.position.line)}`;
        this.diagnostics.report(key, 'duplicate-key', `the key ${quote(name)} is already set${line}`);
        continue;
      }
      const converted = this.convert(value, depth + 1);
      // `key:` with nothing after it: point at the key.
      entries.set(name, { key, value: converted.span === undefined && converted.kind === 'scalar' ? { ...converted, span: key } : converted });
    }
    return entries;
  }

  #scalar(value: unknown, source: string, span: Span | undefined): JsonScalar {
    if (typeof value === 'number') return this.#number(value, source, span);
    if (typeof value === 'string') {
      if (LONE_SURROGATE.test(value)) this.diagnostics.report(span, 'bad-text', 'the text holds half of a character (a lone surrogate)');
      return value;
    }
    return typeof value === 'boolean' ? value : null;
  }

  #number(value: number, source: string, span: Span | undefined): number {
    const digits = /^[-+]?(\d+|0x[0-9a-f]+|0o[0-7]+)$/i.test(source);
    if (!Number.isFinite(value)) {
      this.diagnostics.report(span, 'bad-number', `${quote(source)} is not a number that JSON can carry`, 'quote it if it is meant as text');
    } else if (digits && !Number.isSafeInteger(value)) {
      this.diagnostics.report(span, 'bad-number', `${quote(source)} is beyond the whole numbers that JSON carries exactly (2^53)`, 'quote it if it is meant as text');
    }
    return value;
  }

  #span(node: ParsedNode): Span | undefined {
    const [start, end] = node.range;
    return this.diagnostics.source.span(start, end);
  }
}

/** Half of a UTF-16 pair: cannot be written as UTF-8, so it has no canonical JSON. */
export const LONE_SURROGATE = /\p{Surrogate}/u;
