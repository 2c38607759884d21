import type { Builtin, Expression, NamedType, Operator, Parameter, Statement } from './program.js';
import type { Random } from './random.js';

/**
 * The families of programs in the world. The bulk is arithmetic over a built-in: knowledge (which built-in, which
 * operators, which numbers) sits in slots with the same local context in every language, which is what a small
 * model needs to carry it from one language to another. The others hold the rest of the identifiers of table A.1.
 */
export const familyNames = ['arithmetic', 'sorted', 'boolean', 'type-test', 'append', 'try', 'to-string'] as const;
export type Family = (typeof familyNames)[number];

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

function typeTest(variant: number, random: Random): Shape {
  const name = variableNames.any[0];
  const type = cycle<NamedType>(['int', 'string', 'list', 'boolean'], variant);
  const condition = binary('==', call('type-of', { kind: 'variable', name }), { kind: 'type', type });
  const [one, other] = random.shuffled([2, 3, 4, 5, 6, 7, 8, 9]);
  return { variety: '', parameters: [{ name, type: 'any' }], body: [{ kind: 'if', condition, then: [returns(int(one ?? 2))], otherwise: [] }, returns(int(other ?? 3))] };
}
