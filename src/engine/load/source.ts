import { LineCounter } from 'yaml';
import type { JsonScalar } from '../json.js';
import type { Diagnostic, Position } from '../pipeline.js';
import { limits } from './limits.js';

/** A range of the text. Absent (`undefined`) for values that came from the command line. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly position: Position;
}

/** A value of the file that remembers where it was written. Aliases share the node they name. */
export type SourceNode = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: JsonScalar;
  readonly span: Span | undefined;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly SourceNode[];
  readonly span: Span | undefined;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly span: Span | undefined;
}

export interface MapEntry {
  readonly key: Span | undefined;
  readonly value: SourceNode;
}

/** The text of a pipeline file, with its line starts. */
export class SourceText {
  readonly #lines = new LineCounter();

  constructor(readonly file: string, readonly text: string) {
    this.#lines.addNewLine(0);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lines.addNewLine(at + 1);
  }

  span(start: number, end: number): Span {
    const { line, col } = this.#lines.linePos(start);
    return { start, end, position: { line, column: col } };
  }

  /**
   * Part of a scalar's value, as a range of the text. Quotes, escapes and folding make the two differ; where the value
   * is not in the text verbatim, the part is looked up by its own characters, and failing that it is the whole scalar.
   */
  spanInside(node: ScalarNode, at: number, length: number): Span | undefined {
    if (node.span === undefined || typeof node.value !== 'string') return node.span;
    const raw = this.text.slice(node.span.start, node.span.end);
    const verbatim = raw.indexOf(node.value);
    const offset = verbatim >= 0 ? verbatim + at : raw.indexOf(node.value.slice(at, at + length));
    if (offset < 0) return node.span;
    const start = node.span.start + offset;
    return this.span(start, Math.min(start + length, node.span.end));
  }
}

/** Finding the nearest of many names costs time, so a hint may be found only when its mistake is recorded. */
export type Hint = string | (() => string | undefined);

/** A further place of a mistake, and what to see there. */
export interface LabelledSpan {
  readonly span: Span;
  readonly label: string;
}

/** Collects the mistakes of one file: each once, in the order of the text. */
export class Diagnostics {
  readonly #found: Diagnostic[] = [];
  readonly #seen = new Set<string>();
  #beyondLimit = 0;

  constructor(readonly source: SourceText) {}

  /** @param places what to see at the span itself and then elsewhere, for mistakes that several places make together */
  report(span: Span | undefined, code: string, message: string, hint?: Hint, places: readonly LabelledSpan[] = []): void {
    // Instances of one task make the same mistake over and over; it is one mistake.
    const key = `${span?.start ?? ''} ${code} ${message}`;
    if (this.#seen.has(key)) return;
    if (this.#found.length >= limits.diagnostics) {
      this.#beyondLimit += 1;
      return;
    }
    this.#seen.add(key);
    const said = typeof hint === 'function' ? hint() : hint;
    const [here, ...related] = places;
    this.#found.push({
      code,
      message,
      file: this.source.file,
      ...(span === undefined ? {} : { position: span.position, length: this.#underline(span) }),
      ...(here === undefined ? {} : { label: here.label }),
      ...(related.length === 0 ? {} : { related: related.map((other) => ({ position: other.span.position, length: this.#underline(other.span), label: other.label })) }),
      ...(said === undefined ? {} : { hint: said }),
    });
  }

  get count(): number {
    return this.#found.length;
  }

  /** False when a further mistake would only be counted: spares the search for suggestions. */
  get hasRoom(): boolean {
    return this.#found.length < limits.diagnostics;
  }

  sorted(): readonly Diagnostic[] {
    const line = (diagnostic: Diagnostic): number => diagnostic.position?.line ?? 0;
    const column = (diagnostic: Diagnostic): number => diagnostic.position?.column ?? 0;
    const sorted = [...this.#found].sort((a, b) => line(a) - line(b) || column(a) - column(b));
    if (this.#beyondLimit === 0) return sorted;
    const message = `and ${String(this.#beyondLimit)} more mistakes; the first ${String(limits.diagnostics)} are shown`;
    return [...sorted, { code: 'too-many-mistakes', message, file: this.source.file }];
  }

  /** A range is underlined on its first line only. */
  #underline(span: Span): number {
    const lineEnd = this.source.text.indexOf('\n', span.start);
    const end = Math.min(span.end, lineEnd < 0 ? this.source.text.length : lineEnd);
    return Math.max(1, this.source.text.slice(span.start, end).trimEnd().length);
  }
}
