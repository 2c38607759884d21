import { InvalidArgumentError, Option, type Command } from 'commander';
import { milliseconds } from '../../engine/duration.js';
import { causes, type Cause } from '../../engine/rerun-on.js';
import type { ExitCode } from '../exit-code.js';
import type { Shell } from '../shell.js';

/** What the verbs of a group are added with. */
export interface Grammar {
  readonly shell: Shell;
  finish(code: ExitCode): void;
}

export const cacheDir = (): Option => new Option('--cache-dir <dir>', 'where results are kept (default: $PIPELINES_CACHE_DIR, else ./cache)');
export const artifactsDir = (): Option => new Option('--artifacts-dir <dir>', 'where links to results are put, for people (default: ./artifacts)');

export function withPipeline(command: Command): Command {
  return withParameters(command.argument('<file>', 'the pipeline: here, in pipelines/, or one that comes with this package')).addOption(cacheDir());
}

export function withParameters(command: Command): Command {
  return command
    .option('--profile <name>', 'apply a profile of the file')
    .option('-p, --param <key=value...>', 'set a parameter; the value is YAML');
}

export function withSelection(command: Command, verb: string): Command {
  return command
    .option('--only <pattern...>', `${verb} exactly these tasks; what they need must be cached`)
    .option('--until <pattern...>', `${verb} these tasks and what they need`)
    .option('--from <pattern...>', `${verb} these tasks and what depends on them`)
    .option('--force <pattern...>', `${verb} these tasks even when they are cached`);
}

export const rerunOn = (): Option => new Option('--rerun-on <causes...>', `keep a task's latest result unless its change is one of these: ${causes.join(', ')} (default: all)`).argParser(causesOf);

/** Variadic, and each argument may itself be a list. */
function causesOf(value: string, earlier: readonly Cause[] | undefined): readonly Cause[] {
  const named = value.split(',').map((part) => part.trim());
  const known = causes.filter((cause) => named.includes(cause));
  const unknown = named.find((name) => !known.some((cause) => cause === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is none of ${causes.join(', ')}.`);
  return [...(earlier ?? []), ...known];
}

export function example(line: string, what: string): string {
  return `\nExample:\n  ${line}\n      ${what}`;
}

export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return number;
}

/** Milliseconds. */
export function durationValue(value: string): number {
  const ms = milliseconds(value);
  if (ms === undefined) throw new InvalidArgumentError('It must be a duration such as 90s, 30m or 1h30m.');
  return ms;
}
