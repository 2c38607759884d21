/** What an input names, as written: another task's output or a path of the user's. */
export type Reference = OutputReference | PathReference;

export interface OutputReference {
  readonly kind: 'output';
  readonly text: string;
  readonly task: Part;
  readonly selectors: readonly Selector[];
  readonly output: Part;
  /** JSON pointer into the artifact: the input is one value. */
  readonly pointer?: string;
}

export interface PathReference {
  readonly kind: 'path';
  readonly path: string;
  readonly pointer?: string;
}

/** `axis=value`: fixes an axis of the producer; `axis=*` takes all of its values, also where the consumer has the axis. */
export interface Selector {
  readonly axis: Part;
  readonly value: Part;
  /** Quoted values mean text only; bare ones also numbers, true, false, `first`, `last` and `*`. */
  readonly quoted: boolean;
}

export interface Part {
  readonly text: string;
  readonly at: number;
  readonly length: number;
}

export type ParsedReference =
  | { readonly kind: 'ok'; readonly reference: Reference }
  | { readonly kind: 'error'; readonly message: string; readonly hint?: string; readonly at: number; readonly length: number };

const NAME = /[A-Za-z_][\w-]*/y;
const BARE_VALUE = /\*|[^\s,()=*"#]+/y;
const QUOTED_VALUE = /"(?:[^"\\]|\\.){0,500}"/y;
/** The forms of a reference. */
export const GRAMMAR = 'an input is "task.output", "task(axis=value).output", "task.output#/key" for one value of a JSON file, or "./path" for a file of yours';

/** Parses `task.output`, `task(axis=value,…).output`, either with `#/json/pointer`, or `./path`, `../path`, `/path`. */
export function parseReference(text: string): ParsedReference {
  const hash = text.indexOf('#');
  const body = hash < 0 ? text : text.slice(0, hash);
  const pointer = hash < 0 ? undefined : text.slice(hash + 1);
  if (pointer !== undefined && !/^(\/([^~]|~[01])*)?$/.test(pointer)) {
    return { kind: 'error', message: 'what follows "#" starts with "/"', hint: `one value of a JSON file is named by its keys: ${JSON.stringify(`${body}#/${pointer.replace(/^\/+/, '')}`.slice(0, 80))}`, at: hash, length: text.length - hash };
  }
  const pointed = pointer === undefined ? {} : { pointer };
  if (/^\.{0,2}\/|^\.{1,2}$/.test(body)) {
    if (body.includes('\0')) return { kind: 'error', message: 'a path cannot hold the character NUL', hint: 'leave it out', at: 0, length: text.length };
    return { kind: 'ok', reference: { kind: 'path', path: body, ...pointed } };
  }
  return new ReferenceParser(text, body, pointed).parse();
}

class ReferenceParser {
  #at = 0;

  constructor(readonly text: string, readonly body: string, readonly pointed: { readonly pointer?: string }) {}

  parse(): ParsedReference {
    const task = this.#match(NAME);
    if (task === undefined) return this.#error('the name of a task');
    const selectors: Selector[] = [];
    if (this.#take('(')) {
      do {
        const selector = this.#selector();
        if ('kind' in selector) return selector;
        selectors.push(selector);
      } while (this.#take(','));
      if (!this.#take(')')) return this.#error('"," or ")"');
    }
    if (!this.#take('.')) return this.#error(selectors.length > 0 ? '"." and the name of an output' : '"." and the name of an output, or "(axis=value)"');
    const output = this.#match(NAME);
    if (output === undefined) return this.#error('the name of an output');
    this.#skip();
    if (this.#at < this.body.length) return this.#error('the end of the reference');
    return { kind: 'ok', reference: { kind: 'output', text: this.text, task, selectors, output, ...this.pointed } };
  }

  #selector(): Selector | Extract<ParsedReference, { kind: 'error' }> {
    const axis = this.#match(NAME);
    if (axis === undefined) return this.#error('the name of an axis');
    if (!this.#take('=')) return this.#error('"=" and a value of the axis');
    const quoted = this.#match(QUOTED_VALUE);
    if (quoted !== undefined) return { axis, value: { ...quoted, text: unquote(quoted.text) }, quoted: true };
    const value = this.#match(BARE_VALUE);
    return value === undefined ? this.#error('a value of the axis') : { axis, value, quoted: false };
  }

  #skip(): void {
    while (this.body[this.#at] === ' ') this.#at += 1;
  }

  #take(token: string): boolean {
    this.#skip();
    if (!this.body.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #match(pattern: RegExp): Part | undefined {
    this.#skip();
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.body)?.[0];
    if (text === undefined) return undefined;
    const at = this.#at;
    this.#at += text.length;
    return { text, at, length: text.length };
  }

  /** What people write who mean a file, or who know another tool. */
  #misread(): { message: string; hint: string } | undefined {
    const { body } = this;
    const shown = body.slice(0, 60);
    if (body.trim() === '') return { message: 'it is empty', hint: GRAMMAR };
    if (/^[a-z]+:\/\//.test(body)) return { message: 'it is an address, and inputs are files', hint: 'fetch it in a task of its own, and name the output of that task here' };
    if (body.startsWith('~')) return { message: '"~" is not expanded', hint: 'write the path from the folder of this file, "./words.txt", or from the root, "/data/words.txt"' };
    if (/^[[\]\w.(){}=-]*[{[]/.test(body)) return { message: 'it has brackets or braces', hint: `write it bare: "${bareForm(body)}"; an instance is fixed by its axes, "task(axis=value).output"` };
    if (body.includes('/')) return { message: 'a path starts with "./", "../" or "/"', hint: `write ${JSON.stringify(`./${shown}`)} for a file of yours` };
    return undefined;
  }

  #error(expected: string): Extract<ParsedReference, { kind: 'error' }> {
    const at = Math.max(0, Math.min(this.#at, this.text.length - 1));
    const misread = this.#misread();
    if (misread !== undefined) return { kind: 'error', ...misread, at: 0, length: this.text.length };
    return { kind: 'error', message: `expected ${expected} ${this.#at < this.text.length ? 'here' : 'after this'}`, hint: GRAMMAR, at, length: 1 };
  }
}

/** `{fetch.text}` and `fetch[0].text` as they would be written here. */
function bareForm(body: string): string {
  const [task = 'task'] = /[A-Za-z_][\w-]*/.exec(body) ?? [];
  return `${task}.${/\.([A-Za-z_][\w-]*)[)\]}]*$/.exec(body)?.[1] ?? 'output'}`;
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}
