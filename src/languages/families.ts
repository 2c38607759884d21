import type { Builtin, Expression, NamedType, Operator, Parameter, Program, Statement } from './program.js';
import type { Random } from './random.js';
import { soughtLetters } from './rewrite.js';

/**
 * The families of programs in the world. The bulk is arithmetic over a built-in: knowledge (which built-in, which
 * operators, which numbers) sits in slots with the same local context in every language, which is what a small
 * model needs to carry it from one language to another. The others hold the rest of the identifiers of table A.1.
 */
export const familyNames = ['arithmetic', 'sorted', 'boolean', 'type-test', 'append', 'try', 'to-string', 'print', 'input', 'find', 'remove', 'none'] as const;
export type Family = (typeof familyNames)[number];

/** Share of each family among the concepts. */
export type FamilyWeights = Readonly<Record<Family, number>>;

/** Mostly arithmetic: rare families are there for their identifiers. */
export const usualWeights: FamilyWeights = {
  arithmetic: 0.8, sorted: 0.035, boolean: 0.045, 'type-test': 0.02, append: 0.02, try: 0.015, 'to-string': 0.01, print: 0.01, input: 0.01, find: 0.015, remove: 0.01, none: 0.01,
};

/** A function without its name. */
export interface Shape {
  /** What it exercises within its family: a corpus that covers the family covers each variety, if it can. */
  readonly variety: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
}

/** Names a parameter may have, by type; the first one is usual. */
export const variableNames = {
  list: ['xs', 'ys', 'items', 'vals'],
  string: ['s', 't', 'text', 'word'],
  any: ['x', 'y', 'z', 'v'],
} as const;

/** The other names that the parameter of a program may have; none for one whose parameter has no such names, or that has none. */
export function otherNames({ parameters }: Program): readonly string[] {
  const type = parameters[0]?.type;
  return type === 'list' || type === 'string' || type === 'any' ? variableNames[type].slice(1) : [];
}

/**
 * Draws a program of a family.
 * @param variant counts the programs of the family, so that its built-ins and operators all occur
 */
export function drawShape(family: Family, variant: number, random: Random): Shape {
  switch (family) {
    case 'arithmetic': return arithmetic(variant, random);
    case 'sorted': return ofList('', [{ kind: 'sort', list }, returns(scaled(indexed(random.integer(0, 2)), random))]);
    case 'boolean': return boolean(variant, random);
    case 'type-test': return typeTest(variant, random);
    case 'append': return ofList('', [{ kind: 'append', list, value: digit(random) }, returns(scaled(call(cycle(['sum', 'max'], variant), xs), random))]);
    case 'try': return ofList('', [{ kind: 'try', body: [returns(scaled(call(cycle(['max', 'min'], variant), xs), random))], handler: [returns(digit(random))] }]);
    case 'print': return ofList('', [{ kind: 'print', value: scaled(call(cycle(['list-length', 'sum', 'max', 'min'], variant), xs), random) }]);
    case 'input': return { variety: '', parameters: [], body: [returns(scaled(call('string-length', call('input')), random))] };
    case 'find': return find(variant, random);
    case 'remove': return ofList('', [{ kind: 'remove', list, at: int(random.integer(0, 2)) }, returns(scaled(call(cycle(['sum', 'max'], variant), xs), random))]);
    case 'none': return ofList('', [{ kind: 'if', condition: binary('>', call(cycle(['list-length', 'max'], variant), xs), digit(random)), then: [returns({ kind: 'none' })], otherwise: [] }, returns(xs)]);
    case 'to-string': return ofList('', [returns(call('to-string', scaled(call(cycle(['list-length', 'sum'], variant), xs), random)))]);
  }
}

const list = variableNames.list[0];
const xs: Expression = { kind: 'variable', name: list };

const int = (value: number): Expression => ({ kind: 'int', value });
const call = (builtin: Builtin, ...values: Expression[]): Expression => ({ kind: 'call', builtin, arguments: values });
const binary = (operator: Operator, left: Expression, right: Expression): Expression => ({ kind: 'binary', operator, left, right });
const returns = (value: Expression): Statement => ({ kind: 'return', value });
const indexed = (place: number): Expression => ({ kind: 'index', list: xs, at: int(place) });
const ofList = (variety: string, body: readonly Statement[]): Shape => ({ variety, parameters: [{ name: list, type: 'list' }], body });
const digit = (random: Random): Expression => int(random.integer(2, 9));

function cycle<Item>(items: readonly Item[], variant: number): Item {
  return items[variant % items.length] as Item;
}

/** `value * 3`. The operand of `%` is never negative, so every language agrees on the result. */
function scaled(value: Expression, random: Random): Expression {
  return binary(random.pick(['*', '%', '+', '-'] as const), value, digit(random));
}

function arithmetic(variant: number, random: Random): Shape {
  const builtin = cycle(['list-length', 'sum', 'max', 'string-length', 'min'] as const, variant);
  if (builtin !== 'string-length') return ofList(builtin, [returns(scaled(call(builtin, xs), random))]);
  const name = variableNames.string[0];
  return { variety: builtin, parameters: [{ name, type: 'string' }], body: [returns(scaled(call(builtin, { kind: 'variable', name }), random))] };
}

/**
 * `len(xs) > 6 and xs[0] < 3`, its `or`, a `not`, and an if with True and False. None is constant: lists have 3 to 12
 * items, and the second number is never above the first (`max(xs) > 4 or xs[0] < 7` would always hold).
 */
function boolean(variant: number, random: Random): Shape {
  const first = binary('>', call(random.pick(['list-length', 'max'] as const), xs), int(random.integer(4, 8)));
  const second = binary('<', indexed(0), int(random.integer(2, 4)));
  const truth = (value: boolean): Statement => returns({ kind: 'boolean', value });
  const variety = cycle(['and', 'or', 'not', 'if'] as const, variant);
  switch (variety) {
    case 'and': return ofList(variety, [returns(binary('and', first, second))]);
    case 'or': return ofList(variety, [returns(binary('or', first, second))]);
    case 'not': return ofList(variety, [returns({ kind: 'not', operand: second })]);
    case 'if': {
      const value = random.pick([true, false]);
      return ofList(variety, [{ kind: 'if', condition: first, then: [truth(value)], otherwise: [] }, truth(!value)]);
    }
  }
}

/** `xs.index(max(xs)) + 3` and `s.find("e") * 3`, where a letter that is not there is at -1: no remainder of that, on which languages differ. */
function find(variant: number, random: Random): Shape {
  const variety = cycle(['text', 'list'] as const, variant);
  if (variety === 'list') return ofList(variety, [returns(scaled(call('index-of', xs, call(random.pick(['max', 'min'] as const), xs)), random))]);
  const name = variableNames.string[0];
  const place = call('find', { kind: 'variable', name }, { kind: 'string', value: random.pick(soughtLetters) });
  return { variety, parameters: [{ name, type: 'string' }], body: [returns(binary(random.pick(['*', '+', '-'] as const), place, digit(random)))] };
}

function typeTest(variant: number, random: Random): Shape {
  const name = variableNames.any[0];
  const type = cycle<NamedType>(['int', 'string', 'list', 'boolean'], variant);
  const condition = binary('==', call('type-of', { kind: 'variable', name }), { kind: 'type', type });
  const [one, other] = random.shuffled([2, 3, 4, 5, 6, 7, 8, 9]);
  return { variety: '', parameters: [{ name, type: 'any' }], body: [{ kind: 'if', condition, then: [returns(int(one ?? 2))], otherwise: [] }, returns(int(other ?? 3))] };
}
