import type { Argument, Command, Option } from 'commander';

/** What may stand in a place of the command line: fixed words, something that only the project knows, or a path. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'ask'; readonly what: Question }
  | { readonly kind: 'files' | 'folders' | 'none' };

/** What `pipelines __complete` is asked. */
export const questions = ['pipelines', 'profiles', 'params', 'tasks', 'kinds', 'runs', 'pins'] as const;
export type Question = (typeof questions)[number];

export interface VerbGrammar {
  /** `run`, or `cache gc`. */
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionGrammar[];
  readonly arguments: readonly { readonly name: string; readonly values: Values; readonly variadic: boolean }[];
}

export interface OptionGrammar {
  /** `--param` and `-p`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** undefined for a flag that takes no value. */
  readonly values: Values | undefined;
}

/** Every verb that help shows, those below a group as two words; groups themselves are not verbs. */
export function verbsOf(program: Command): readonly VerbGrammar[] {
  const shown = (command: Command): readonly Command[] => command.createHelp().visibleCommands(command).filter((each) => each.name() !== 'help');
  return shown(program).flatMap((command) => {
    const below = shown(command);
    return below.length === 0 ? [verbOf(command, command.name())] : below.map((each) => verbOf(each, `${command.name()} ${each.name()}`));
  });
}

function verbOf(command: Command, name: string): VerbGrammar {
  return {
    name,
    description: firstLine(command.description()),
    options: command.createHelp().visibleOptions(command).map(optionOf),
    arguments: command.registeredArguments.map((argument) => ({ name: argument.name(), variadic: argument.variadic, values: valuesOfArgument(argument, name) })),
  };
}

function optionOf(option: Option): OptionGrammar {
  const takesValue = option.required || option.optional;
  return {
    flags: [option.long, option.short].flatMap((flag) => flag ?? []),
    description: firstLine(option.description),
    values: takesValue ? valuesOfOption(option) : undefined,
  };
}

const askedByArgument: Readonly<Record<string, Question>> = { file: 'pipelines', task: 'tasks', kind: 'kinds', run: 'runs', 'run-a': 'runs', 'run-b': 'runs' };

function valuesOfArgument(argument: Argument, verb: string): Values {
  if (argument.argChoices) return { kind: 'words', words: argument.argChoices };
  const name = argument.name();
  if (verb === 'cache unpin') return { kind: 'ask', what: 'pins' };
  const what = askedByArgument[name];
  if (what !== undefined) return { kind: 'ask', what };
  if (/^(dir|folder|directory)$/.test(name)) return { kind: 'folders' };
  return /^(plan|artifact|path)$/.test(name) ? { kind: 'files' } : { kind: 'none' };
}

const askedByOption: Readonly<Record<string, Question>> = {
  '--profile': 'profiles', '--param': 'params', '--only': 'tasks', '--until': 'tasks', '--from': 'tasks', '--force': 'tasks', '--against': 'runs',
};

function valuesOfOption(option: Option): Values {
  if (option.argChoices) return { kind: 'words', words: option.argChoices };
  const what = askedByOption[option.long ?? ''];
  if (what !== undefined) return { kind: 'ask', what };
  const value = /<([^.>]+)/.exec(option.flags)?.[1] ?? '';
  if (value === 'dir') return { kind: 'folders' };
  return /^(file|path)$/.test(value) ? { kind: 'files' } : { kind: 'none' };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
