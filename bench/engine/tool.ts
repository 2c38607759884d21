import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { LayeredDag } from './dag.js';

/** A program with its arguments, run in the project's folder. */
export type CommandLine = readonly [program: string, ...args: string[]];

/** A build tool in the benchmark. A project is a folder with `sources/` and what `write` put there. */
export interface Tool {
  readonly name: string;
  /** What a reader must know to compare: what it checks by, what it keeps, how many tasks it runs at once. */
  readonly does: string;
  find(): Found | Absent;
  /** Writes what the tool reads: the graph of the DAG. */
  write(dag: LayeredDag, project: string): void;
  /** Added to the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Builds everything, two tasks at a time, saying as little as it can. */
  readonly build: CommandLine;
  /** Says what would run, without running it; null where the tool cannot. */
  readonly preview: CommandLine | null;
  /** Says why a task would run; null where the tool cannot. */
  explain(task: number): CommandLine | null;
  /** Relative to the project. */
  outputOf(task: number): string;
  /** How many tasks the build just now executed, where the tool itself records it. */
  executed?(project: string): number;
}

export interface Found {
  readonly kind: 'found';
  readonly version: string;
}

export interface Absent {
  readonly kind: 'absent';
  readonly reason: string;
}

export const jobs = '2';

export const sourceOf = (source: number): string => `sources/${String(source)}`;

/** Where a peer writes: the file's name is the task's index. */
export const peerOutputOf = (task: number): string => `out/${String(task)}`;

/** The paths of what a task of a peer reads. */
export function peerInputsOf({ reads, readsSources }: LayeredDag['tasks'][number]): readonly string[] {
  return reads.map(readsSources ? sourceOf : peerOutputOf);
}

/** The tasks whose outputs nobody reads. */
export function lastLayer({ tasks, width }: LayeredDag): readonly number[] {
  return tasks.slice(-width).map(({ index }) => index);
}

/** Asks a program for its version. */
export function findProgram([program, ...args]: CommandLine, variable: string): Found | Absent {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  const version = /\d+(\.\d+)+/.exec(stdout ?? '')?.[0];
  if (status === 0 && version !== undefined) return { kind: 'found', version };
  return { kind: 'absent', reason: `there is no ${program} on PATH, and ${variable} names none` };
}

/** When each output was written; tells which tasks a build executed. */
export function writtenAt(tool: Tool, { tasks }: LayeredDag, project: string): readonly string[] {
  return tasks.map(({ index }) => {
    const found = statSync(join(project, tool.outputOf(index)), { bigint: true, throwIfNoEntry: false });
    return found ? `${String(found.ino)} ${String(found.mtimeNs)}` : '';
  });
}
