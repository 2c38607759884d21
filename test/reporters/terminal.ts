import { Writable } from 'node:stream';

interface Row {
  text: string;
  /** The next row continues this one. */
  wraps: boolean;
}

/**
 * A terminal in memory: understands what the live display writes (moving up and down, erasing, line feeds, wrapping at the
 * edge), keeps what scrolls off, and reflows its lines when it is resized, as terminals do. Every character takes one column.
 */
export class Terminal extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** How often something was written to it. */
  writes = 0;
  #rows: Row[] = [{ text: '', wraps: false }];
  /** Of the cursor, counted from the first line that ever was. */
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
  }

  /** What is on it, without blank lines at the end. */
  get screen(): string[] {
    const visible = this.#rows.slice(-this.rows).map(({ text }) => text.trimEnd());
    while (visible.at(-1) === '') visible.pop();
    return visible;
  }

  /** What is on it and what scrolled off. */
  get history(): string[] {
    return this.#rows.map(({ text }) => text.trimEnd());
  }

  resize(columns: number, rows = this.rows): void {
    const cursor = this.#row;
    const lines: { text: string; hasCursor: boolean }[] = [];
    let joins = false;
    for (const [index, { text, wraps }] of this.#rows.entries()) {
      const last = lines.at(-1);
      if (joins && last !== undefined) last.text += text;
      else lines.push({ text, hasCursor: false });
      if (index === cursor) (lines.at(-1) ?? { hasCursor: false }).hasCursor = true;
      joins = wraps;
    }
    this.columns = columns;
    this.rows = rows;
    this.#rows = [];
    for (const { text, hasCursor } of lines) {
      for (let at = 0; at === 0 || at < text.length; at += columns) this.#rows.push({ text: text.slice(at, at + columns), wraps: at + columns < text.length });
      if (hasCursor) this.#row = this.#rows.length - 1;
    }
    this.emit('resize');
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.writes += 1;
    for (const [, control = '', code = '', text = ''] of chunk.matchAll(/\u001b\[(\??[\d;]*)([A-Za-z])|([\s\S])/g)) {
      if (text === '') this.#control(control, code);
      else this.#character(text);
    }
    done();
  }

  #control(parameter: string, code: string): void {
    const count = Number(parameter) || 1;
    const row = this.#at();
    if (code === 'A') this.#row = Math.max(this.#rows.length - this.rows, 0, this.#row - count);
    else if (code === 'B') this.#row = Math.min(this.#rows.length - 1, this.#row + count);
    else if (code === 'G') this.#column = count - 1;
    else if (code === 'K') Object.assign(row, { text: parameter === '2' ? '' : row.text.slice(0, this.#column), wraps: false });
    else if (code === 'J') {
      Object.assign(row, { text: row.text.slice(0, this.#column), wraps: false });
      for (const below of this.#rows.slice(this.#row + 1)) Object.assign(below, { text: '', wraps: false });
    } else if (code !== 'm' && !parameter.startsWith('?')) throw new Error(`the terminal does not know ESC[${parameter}${code}`);
  }

  #character(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#lineFeed();
    else {
      if (this.#column >= this.columns) {
        this.#at().wraps = true;
        this.#lineFeed();
      }
      const row = this.#at();
      row.text = row.text.padEnd(this.#column).slice(0, this.#column) + character + row.text.slice(this.#column + 1);
      this.#column += 1;
    }
  }

  /** As a terminal in its usual mode does it: to the start of the next line. */
  #lineFeed(): void {
    this.#row += 1;
    this.#column = 0;
    if (this.#row === this.#rows.length) this.#rows.push({ text: '', wraps: false });
  }

  #at(): Row {
    const row = this.#rows[this.#row];
    if (row === undefined) throw new Error('the cursor is outside the terminal');
    return row;
  }
}

export function terminal(columns = 80, rows = 24): Terminal & NodeJS.WriteStream {
  return new Terminal(columns, rows) as unknown as Terminal & NodeJS.WriteStream;
}
