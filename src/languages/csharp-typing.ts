import type { Operator } from './program.js';
import type { Conversion, Signature, StaticType, Typing } from './typing.js';

/*
 * Types of C# that are none of the world's: `char`, an item of a string; `int?`, an int or null, which arithmetic with
 * `null` gives; `null`, the type of that literal. `any` is `object`. The others stand for groups of types that an
 * operation takes: `a list` any but the literal `null`, which has no members; `object` any but through no boxing, `reference` what may be compared with it, `text` what `+` makes
 * a string of, `line` what can be printed.
 */

const arithmetic: readonly Operator[] = ['+', '-', '*', '%'];
const order: readonly Operator[] = ['<', '>', '<=', '>='];
const equality: readonly Operator[] = ['==', '!='];

const signature = (takes: readonly StaticType[], gives: StaticType): Signature => ({ takes, gives });
const rules = (operators: readonly Operator[], ...signatures: readonly Signature[]) => signatures.map((one) => ({ operators, ...one }));
/** What the compiler calls ambiguous or not applicable: an exact fit, of no use to anyone. */
const refused = (...takes: readonly StaticType[]): Signature => signature(takes, 'none');

/** All without a conversion that does anything. */
const widened = (from: readonly StaticType[], to: StaticType): Conversion[] => from.map((type) => ({ from: type, to }));
const values: readonly StaticType[] = ['int', 'boolean', 'string', 'list', 'type', 'int?', 'any'];

/** The type rules of C# as mcs has them, for what programs of the world can come to look like. */
export const csharpTyping: Typing = {
  literals: { none: 'null' },
  operators: [
    ...rules(arithmetic, signature(['int', 'int'], 'int'), signature(['int?', 'int?'], 'int?'), refused('null', 'null')),
    ...rules(['+'], signature(['string', 'string'], 'string'), signature(['string', 'text'], 'string'), signature(['text', 'string'], 'string')),
    ...rules(order, signature(['int', 'int'], 'boolean'), signature(['int?', 'int?'], 'boolean')),
    ...rules(equality, ...[
      ['int', 'int'], ['int?', 'int?'], ['boolean', 'boolean'], ['boolean', 'null'], ['null', 'boolean'], ['string', 'string'], ['list', 'list'],
      ['type', 'type'], ['null', 'null'], ['object', 'object'], ['object', 'reference'], ['reference', 'object'],
    ].map((takes) => signature(takes, 'boolean'))),
    ...rules(['and', 'or'], signature(['boolean', 'boolean'], 'boolean')),
  ],
  not: [signature(['boolean'], 'boolean')],
  negate: [signature(['int'], 'int'), signature(['int?'], 'int?'), refused('null')],
  index: [signature(['a list', 'int'], 'int'), signature(['a string', 'int'], 'char')],
  builtins: {
    'type-of': (['int', 'boolean', 'a string', 'a list', 'a type', 'object'] as const).map((type) => signature([type], 'type')),
    'to-string': [...values, 'char', 'null'].map((type) => signature([type], 'string')),
    find: [signature(['a string', 'string'], 'int'), signature(['a string', 'char'], 'int')],
    'index-of': [signature(['a list', 'int'], 'int')],
    append: [signature(['a list', 'int'], 'none')],
    sort: [signature(['a list'], 'none')],
    remove: [signature(['a list', 'int'], 'none')],
    print: [signature(['char'], 'none'), signature(['line'], 'none')],
  },
  conversions: [
    ...['string', 'list', 'type', 'int?', 'reference'].map((to): Conversion => ({ from: 'null', to })),
    ...widened(['string', 'list', 'type', 'any'], 'reference'),
    ...widened(values, 'line'),
    ...widened(['int'], 'int?'),
    ...widened(['any'], 'object'),
    ...(['list', 'string', 'type'] as const).map((from): Conversion => ({ from, to: `a ${from}` })),
    { from: 'char', to: 'int', by: 'to-int' },
    { from: 'char', to: 'int?', by: 'to-int' },
    ...[...values, 'char', 'null'].map((type): Conversion => ({ from: type, to: 'text', by: 'to-string' })),
  ],
  evaluates: ['list-length', 'string-length', 'sum', 'max', 'min', 'type-of', 'to-string', 'find', 'index-of', 'input', 'append', 'sort', 'remove', 'print'],
  shadowing: false,
  unusedVariables: 'allowed',
  constants: { zeroDivisor: 'refused-in-constants', negativeIndex: 'allowed', conditions: 'computed', largest: 2 ** 31 - 1 },
};
