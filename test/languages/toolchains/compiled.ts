import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcomesIn } from './toolchain.js';
import type { RealOutcome, RealProgram, Toolchain } from './toolchain.js';

/**
 * A compiler, and how a batch of programs becomes one executable. The executable is started with a number: it runs
 * the programs of the batch from that place on, each call guarded against exceptions and with its own standard input
 * and output, and prints an outcome a line (toolchain.ts), flushed: `{"kind":"ran","calls":[{"value":3,"printed":""},"error"]}`.
 */
export interface Compiler {
  readonly probe: readonly [string, ...string[]];
  /** Of the source files, with the dot. */
  readonly extension: string;
  /** Whether all programs are one file, or each has its own: then the syntax errors of one cannot spill over to the next. */
  readonly files: 'one' | 'each';
  /** What a file begins with. */
  readonly preamble: string;
  /**
   * A program under a name of its own (a namespace, a class, or renamed) with a function that makes its calls.
   * @param number unique within the batch
   */
  unit(program: RealProgram, number: number): string;
  /** The entry point: what runs those units, in this order. With `files: 'each'` its own file, which begins with the preamble too. */
  main(numbers: readonly number[]): string;
  /** Builds the executable from source files, in a folder that holds nothing else. */
  build(files: readonly string[]): readonly [string, ...string[]];
  /** Starts it, in that folder. */
  readonly start: readonly [string, ...string[]];
  /** An error in what the compiler prints, global, with groups `file` and `line`. */
  readonly error: RegExp;
  readonly environment?: Readonly<Record<string, string>>;
}

const batchSize = 500;

/**
 * Compiles programs in batches. What the compiler refuses is found by the lines of its errors, and the batch is
 * compiled again without. Programs with unbalanced brackets, which no compiler takes, are left out beforehand, since
 * their errors would be reported in their neighbours. A program at which the process dies is in error in all its calls.
 */
export function compiled(compiler: Compiler): Toolchain {
  return {
    probe: compiler.probe,
    run(programs) {
      const batches = Array.from({ length: Math.ceil(programs.length / batchSize) }, (_, index) => programs.slice(index * batchSize, (index + 1) * batchSize));
      return batches.flatMap((batch) => runBatch(batch, compiler));
    },
  };
}

function runBatch(programs: readonly RealProgram[], compiler: Compiler): RealOutcome[] {
  const folder = mkdtempSync(join(tmpdir(), 'toolchain-'));
  try {
    const outcomes = programs.map((): RealOutcome => ({ kind: 'syntax-error' }));
    const numbers = build(programs, compiler, folder);
    execute(numbers.map((number) => programs[number] as RealProgram), compiler, folder).forEach((outcome, index) => {
      outcomes[numbers[index] as number] = outcome;
    });
    return outcomes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds an executable of all programs that compile; gives their numbers. */
function build(programs: readonly RealProgram[], compiler: Compiler, folder: string): number[] {
  let numbers = [...programs.keys()].filter((number) => isBalanced((programs[number] as RealProgram).text));
  while (numbers.length > 0) {
    const sources = sourcesOf(programs, numbers, compiler);
    for (const { file, text } of sources) writeFileSync(join(folder, file), text);
    const [command, ...flags] = compiler.build(sources.map(({ file }) => file));
    const { status, stdout, stderr } = spawnSync(command, flags, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, ...compiler.environment } });
    if (status === 0) return numbers;
    const refused = new Set([...`${stdout}\n${stderr}`.matchAll(compiler.error)].flatMap(({ groups }) => unitAt(sources, groups?.['file'] ?? '', Number(groups?.['line']))));
    if (refused.size === 0) throw new Error(`${command} fails outside of the programs: ${stderr.slice(0, 2000)}${stdout.slice(0, 2000)}`);
    numbers = numbers.filter((number) => !refused.has(number));
    for (const { file } of sources) rmSync(join(folder, file));
  }
  return [];
}

interface Source {
  readonly file: string;
  readonly text: string;
  /** First line, from 1, of each unit in the file. */
  readonly units: readonly { readonly number: number; readonly from: number; readonly to: number }[];
}

function sourcesOf(programs: readonly RealProgram[], numbers: readonly number[], compiler: Compiler): Source[] {
  const units = numbers.map((number) => ({ number, text: `${compiler.unit(programs[number] as RealProgram, number)}\n` }));
  const main = `${compiler.main(numbers)}\n`;
  if (compiler.files === 'one') return [sourceOf(`main${compiler.extension}`, compiler, units, main)];
  return [sourceOf(`main${compiler.extension}`, compiler, [], main), ...units.map((unit) => sourceOf(`unit${String(unit.number)}${compiler.extension}`, compiler, [unit], ''))];
}

function sourceOf(file: string, { preamble }: Compiler, units: readonly { number: number; text: string }[], rest: string): Source {
  let text = `${preamble}\n`;
  const places = units.map((unit) => {
    const from = lines(text);
    text += unit.text;
    return { number: unit.number, from, to: lines(text) - 1 };
  });
  return { file, text: text + rest, units: places };
}

function lines(text: string): number {
  return text.split('\n').length;
}

function unitAt(sources: readonly Source[], file: string, line: number): number[] {
  const source = sources.find((candidate) => file.endsWith(candidate.file));
  return (source?.units ?? []).filter(({ from, to }) => line >= from && line <= to).map(({ number }) => number);
}

function execute(programs: readonly RealProgram[], { start: [command, ...flags] }: Compiler, folder: string): RealOutcome[] {
  const outcomes: RealOutcome[] = [];
  while (outcomes.length < programs.length) {
    const { stdout } = spawnSync(command, [...flags, String(outcomes.length)], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
    outcomes.push(...outcomesIn(stdout));
    const next = programs[outcomes.length];
    if (next !== undefined) outcomes.push({ kind: 'ran', calls: next.calls.map(() => 'error' as const) });
  }
  return outcomes;
}

/** Whether brackets match, and none closes before it opens; strings and comments do not count. */
function isBalanced(text: string): boolean {
  const open: string[] = [];
  for (const [bracket] of text.replace(/"[^"\n]*"|\/\/[^\n]*/g, '').matchAll(/[()[\]{}]/g)) {
    if ('([{'.includes(bracket)) open.push(bracket);
    else if (open.pop() !== '([{'.charAt(')]}'.indexOf(bracket))) return false;
  }
  return open.length === 0;
}
