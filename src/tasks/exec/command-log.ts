/** A log is for reading. Beyond this a command that prints without end would fill our memory, so what follows is only counted. */
const most = { lines: 100_000, characters: 2 ** 25 };
/** Lines that an error message repeats. */
const tailLines = 20;

/** The lines of a command on their way to the task's log. */
export class CommandLog {
  /** The last lines, also of those that the log no longer takes. */
  readonly tail: string[] = [];
  #lines = 0;
  #characters = 0;

  constructor(private readonly log: (line: string) => void, private readonly limit = most) {}

  add(line: string): void {
    this.#lines += 1;
    this.#characters += line.length;
    if (!this.#isFull()) this.log(line);
    this.tail.push(line);
    if (this.tail.length > tailLines) this.tail.shift();
  }

  /** Says what is missing, if anything is, and ends with the last lines. */
  close(): void {
    if (!this.#isFull()) return;
    this.log(`... (the log is full; ${this.#lines} lines in all. To keep them, redirect the command's output to a declared output. The last ones:)`);
    this.tail.forEach((line) => { this.log(line); });
  }

  #isFull(): boolean {
    return this.#lines > this.limit.lines || this.#characters > this.limit.characters;
  }
}
