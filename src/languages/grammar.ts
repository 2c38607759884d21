import type { Language, OperatorSyntax, PrefixSyntax } from './language.js';
import type { Builtin, NamedType, StatementKind, Type } from './program.js';
import { tokenize } from './tokens.js';
import type { Token } from './tokens.js';

/** A language's table, prepared for reading: templates become sequences of tokens and holes. */
export interface Grammar {
  readonly language: Language;
  readonly function: readonly Part[];
  readonly parameters: readonly { readonly types: readonly Type[]; readonly parts: readonly Part[] }[];
  readonly statements: readonly { readonly kind: StatementKind; readonly parts: readonly Part[]; readonly compound: boolean }[];
  readonly otherwise: readonly Part[] | undefined;
  /** Built-ins written alike share one entry. Those that begin with an expression are read after it. */
  readonly prefixBuiltins: readonly BuiltinSyntax[];
  readonly postfixBuiltins: readonly BuiltinSyntax[];
  readonly index: readonly Part[];
  readonly list: { readonly open: readonly Token[]; readonly close: readonly Token[] } | undefined;
  readonly operators: ReadonlyMap<string, OperatorSyntax>;
  readonly prefixes: ReadonlyMap<string, PrefixSyntax & { readonly kind: 'not' | 'negate' }>;
  readonly constants: ReadonlyMap<string, boolean | null>;
  /** Types as values, e.g. `int` or `typeof(int)`. */
  readonly typeLiterals: readonly WrittenType<NamedType>[];
  /** How the types of results and variables are written, the longest first; empty where they are not. */
  readonly types: readonly WrittenType<Type>[];
  readonly keywords: ReadonlySet<string>;
  readonly blockOpen: Token | undefined;
  readonly blockClose: Token | undefined;
}

export interface WrittenType<Name> {
  readonly type: Name;
  readonly tokens: readonly Token[];
}

export interface BuiltinSyntax {
  readonly builtins: readonly Builtin[];
  readonly parts: readonly Part[];
}

/** A hole behind an operator takes only what binds at least as tightly, its `floor`: `xs.begin() + {at}`. */
export interface Hole {
  readonly hole: string;
  readonly floor?: number;
}
export type Part = { readonly token: Token } | Hole;

const hole = /\{([a-z]+|[0-9])\}/;

export function partsOf(template: string, language: Language): Part[] {
  let before: Token | undefined;
  return template.split(hole).flatMap((piece, index): Part[] => {
    if (index % 2 === 1) {
      const operator = language.operators.find(({ symbol }) => symbol === before?.text);
      return [operator === undefined ? { hole: piece } : { hole: piece, floor: operator.precedence }];
    }
    const tokens = tokensOf(piece, language);
    before = tokens.at(-1);
    return tokens.map((token) => ({ token }));
  });
}

function tokensOf(text: string, language: Language): Token[] {
  const tokens = tokenize(text.trim(), { ...language.lexical, newlines: 'ignored' });
  if (!Array.isArray(tokens)) throw new Error(`the table of ${language.name} has a template it cannot read: ${text}: ${tokens.message}`);
  return tokens.slice(0, -1);
}

const blockHoles: ReadonlySet<string> = new Set(['then', 'otherwise', 'body', 'handler']);

const compiled = new WeakMap<Language, Grammar>();

export function grammarOf(language: Language): Grammar {
  const known = compiled.get(language);
  if (known !== undefined) return known;
  const grammar = compile(language);
  compiled.set(language, grammar);
  return grammar;
}

function compile(language: Language): Grammar {
  const fold = (text: string) => (language.lexical.caseInsensitive ? text.toLowerCase() : text);
  const spellings = (language.spellings ?? []).map(([builtin, template]): [string, Builtin[]] => [template, [builtin]]);
  const builtins = [...grouped(language.builtins), ...spellings].map(([template, names]) => ({ builtins: names, parts: partsOf(template, language) }));
  const startsWithHole = ({ parts }: BuiltinSyntax) => parts[0] !== undefined && 'hole' in parts[0];
  const { true: yes, false: no, none, types } = language.literals;
  const { else: otherwise, ...statements } = language.statements;
  return {
    language,
    function: partsOf(language.function, language),
    parameters: grouped(language.parameters).map(([template, names]) => ({ types: names, parts: partsOf(template, language) })),
    statements: entries(statements).map(([kind, template]) => {
      const parts = partsOf(template, language);
      return { kind, parts, compound: parts.some((part) => 'hole' in part && blockHoles.has(part.hole)) };
    }),
    otherwise: otherwise === undefined ? undefined : partsOf(otherwise, language),
    prefixBuiltins: builtins.filter((syntax) => !startsWithHole(syntax)),
    postfixBuiltins: builtins.filter(startsWithHole),
    index: partsOf(language.index, language),
    list: language.list === undefined ? undefined : { open: tokensOf(language.list[0], language), close: tokensOf(language.list[1], language) },
    operators: new Map(language.operators.map((operator) => [fold(operator.symbol), operator])),
    prefixes: new Map((['not', 'negate'] as const).map((kind) => {
      const symbol = tokensOf(language[kind].template.replace(hole, ''), language)[0]?.text ?? '';
      return [fold(symbol), { ...language[kind], kind }];
    })),
    constants: new Map([[fold(yes), true], [fold(no), false], ...(none === undefined ? [] : [[fold(none), null] as const])]),
    typeLiterals: written(types, language),
    types: written(language.types, language),
    keywords: new Set(language.lexical.keywords.map(fold)),
    blockOpen: tokensOf(language.block.open, language)[0],
    blockClose: tokensOf(language.block.close, language)[0],
  };
}

function written<Name extends string>(table: Readonly<Partial<Record<Name, string>>>, language: Language): WrittenType<Name>[] {
  return entries(table).map(([type, text]) => ({ type, tokens: tokensOf(text, language) })).sort((one, other) => other.tokens.length - one.tokens.length);
}

/** Keys by equal template, in the order of the table. */
function grouped<Key extends string>(table: Readonly<Partial<Record<Key, string>>>): [string, Key[]][] {
  const groups = new Map<string, Key[]>();
  for (const [key, template] of entries(table)) groups.set(template, [...(groups.get(template) ?? []), key]);
  return [...groups];
}

function entries<Key extends string>(table: Readonly<Partial<Record<Key, string>>>): [Key, string][] {
  return Object.entries(table) as [Key, string][];
}
