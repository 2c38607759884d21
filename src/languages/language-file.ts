import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse as parseYaml } from 'yaml';
import { TaskError } from '../engine/task-kind.js';
import { grammarOf } from './grammar.js';
import type { Language, Lexical } from './language.js';
import { languageNamed, languages } from './languages.js';
import { syntaxSchema } from './syntax-schema.js';

/** A language as a file has it: the table of language.ts as JSON or YAML. */
interface Syntax extends Omit<Language, 'lexical' | 'types' | 'semantics' | 'typing' | 'identifiers'> {
  readonly lexical: Omit<Lexical, 'integer' | 'float' | 'string'> & { readonly integer: string; readonly float?: string; readonly string: string };
  readonly types?: Language['types'];
  /** Names of the languages that have them. */
  readonly semantics: string;
  readonly typing?: string;
  readonly identifiers?: Language['identifiers'];
}

const isSyntax = new Ajv2020({ strict: true, verbose: true }).compile<Syntax>(syntaxSchema);

/**
 * The language called `name`: of the syntax files the one that defines it, else the built-in table.
 * @param files paths of syntax files; none for the built-in languages only
 * @throws {TaskError} when no table has that name, or a file is wrong
 */
export async function languageFrom(files: readonly string[], name: string): Promise<Language> {
  const given = await Promise.all(files.map(async (file) => readLanguage(await readFile(file, 'utf8'), 'syntax')));
  const language = given.find((candidate) => candidate.name === name) ?? languageNamed(name);
  if (language !== undefined) return language;
  const names = [...languages, ...given].map((candidate) => candidate.name);
  throw new TaskError(`there is no syntax table for ${name}`, `There are tables for ${names.join(', ')}; the input \`syntax\` takes another as a file.`);
}

/**
 * A language from the text of its syntax file, JSON or YAML.
 * @param source how errors call the file
 * @throws {TaskError} naming the field that is wrong
 */
export function readLanguage(text: string, source: string): Language {
  const syntax = parsed(text, source);
  if (!isSyntax(syntax)) throw new TaskError(`${source}: ${describe()}`);
  const { semantics, typing, lexical, identifiers = [], types = {}, ...table } = syntax;
  const language: Language = {
    ...table,
    types,
    identifiers,
    lexical: lexicalOf(lexical, `${source}: lexical`),
    semantics: builtIn(semantics, `${source}: semantics`).semantics,
    ...(typing === undefined ? {} : { typing: typingOf(typing, `${source}: typing`) }),
  };
  return checked(language, source);
}

/** Strings are matched in the middle of a text, numbers are whole lexemes. */
function lexicalOf({ integer, float, string, ...rest }: Syntax['lexical'], place: string): Lexical {
  return {
    ...rest,
    integer: pattern(integer, '', `${place}.integer`),
    string: pattern(string, 'y', `${place}.string`),
    ...(float === undefined ? {} : { float: pattern(float, '', `${place}.float`) }),
  };
}

function parsed(text: string, source: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new TaskError(`${source}: neither JSON nor YAML (${(error as Error).message})`);
  }
}

function describe(): string {
  const [error] = isSyntax.errors ?? [];
  if (error === undefined) return 'not a syntax table';
  const place = error.instancePath === '' ? 'the table' : error.instancePath.slice(1).replaceAll('/', '.');
  if (error.keyword === 'additionalProperties') return `${place} has no field ${String(error.params['additionalProperty'])}; it has ${Object.keys((error.parentSchema as { properties: object }).properties).join(', ')}`;
  if (error.keyword === 'enum') return `${place} must be one of ${(error.params['allowedValues'] as string[]).join(', ')}`;
  return `${place} ${error.message ?? 'is wrong'}`;
}

function pattern(source: string, flags: string, place: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw new TaskError(`${place}: ${(error as Error).message}`);
  }
}

function builtIn(name: string, place: string): Language {
  const language = languageNamed(name);
  if (language === undefined) throw new TaskError(`${place}: there is none of ${name}`, `There is ${languages.map((known) => known.name).join(', ')}.`);
  return language;
}

function typingOf(name: string, place: string): NonNullable<Language['typing']> {
  const { typing } = builtIn(name, place);
  if (typing === undefined) throw new TaskError(`${place}: ${name} checks no types before it runs`, 'Leave typing out.');
  return typing;
}

const holes: ReadonlySet<string> = new Set(['value', 'at', 'condition', 'list', 'target', 'type', 'error', 'then', 'body', 'handler', 'otherwise', 'name', 'parameters', 'result', 'operand', '0', '1']);

/** Every template has holes that mean something, and reads as tokens of the language. */
function checked(language: Language, source: string): Language {
  const templates = [language.function, language.index, language.not.template, language.negate.template, ...[language.parameters, language.statements, language.builtins].flatMap((table) => Object.values(table))];
  for (const template of templates) {
    const unknown = [...template.matchAll(/\{([a-z]+|[0-9])\}/g)].map(([, hole = '']) => hole).find((hole) => !holes.has(hole));
    if (unknown !== undefined) throw new TaskError(`${source}: the template ${JSON.stringify(template)} has an unknown hole {${unknown}}`, `Holes are ${[...holes].map((hole) => `{${hole}}`).join(', ')}.`);
  }
  if (!language.function.includes('{body}')) throw new TaskError(`${source}: the template of function has no hole {body}`);
  try {
    grammarOf(language);
  } catch (error) {
    throw new TaskError(`${source}: ${(error as Error).message}`);
  }
  return language;
}
