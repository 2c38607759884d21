import { spawnSync } from 'node:child_process';
import type { Json } from '../../../src/languages/interpret.js';
import type { Type } from '../../../src/languages/program.js';

/** A program for a real toolchain, and its calls. */
export interface RealProgram {
  /** As a model would complete it: without the language's preamble. */
  readonly text: string;
  readonly entryPoint: string;
  /** What a language that writes types has to know to call it. */
  readonly parameters: readonly Type[];
  /** `none`: the function gives nothing. */
  readonly result: Type;
  readonly calls: readonly RealCall[];
}

export interface RealCall {
  readonly arguments: readonly Json[];
  /** Lines on standard input. */
  readonly input?: readonly string[];
}

/** What became of it: malformed, or of each call its value and what it printed, `error`, or `other` for a value that is not JSON. */
export type RealOutcome = { readonly kind: 'syntax-error' } | { readonly kind: 'ran'; readonly calls: readonly RealResult[] };
export type RealResult = { readonly value: Json; readonly printed: string } | 'error' | 'other';

export interface Toolchain {
  /** A command that succeeds where the toolchain is installed; its first word is what people install. */
  readonly probe: readonly [string, ...string[]];
  /** The outcomes of programs, in order. Programs that come together share processes, so that thousands take seconds. */
  run(programs: readonly RealProgram[]): RealOutcome[];
}

export function isInstalled({ probe: [command, ...flags] }: Toolchain): boolean {
  return spawnSync(command, flags).status === 0;
}

/** The outcomes that a process prints, one JSON object a line. */
export function outcomesIn(output: string): RealOutcome[] {
  return output.split('\n').filter((line) => line.startsWith('{"kind"')).map((line) => JSON.parse(line) as RealOutcome);
}
