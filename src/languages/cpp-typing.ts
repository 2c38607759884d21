import type { Operator } from './program.js';
import type { Signature, StaticType, Typing } from './typing.js';

const arithmetic: readonly Operator[] = ['+', '-', '*', '%'];
const equality: readonly Operator[] = ['==', '!='];
const comparison: readonly Operator[] = [...equality, '<', '>', '<=', '>='];

type Rule = Typing['operators'][number];

const rule = (operators: readonly Operator[], left: StaticType, right: StaticType, gives: StaticType): Rule => ({ operators, takes: [left, right], gives });

/** An int that meets a `size_t` becomes one. */
const ofNumbers: readonly Rule[] = [
  rule(arithmetic, 'int', 'int', 'int'),
  rule(comparison, 'int', 'int', 'boolean'),
  ...([['size', 'size'], ['size', 'int'], ['int', 'size']] as const).flatMap(([left, right]) => [
    rule(arithmetic, left, right, 'size'),
    rule(comparison, left, right, 'boolean'),
  ]),
  ...([['double', 'double'], ['double', 'int'], ['int', 'double']] as const).flatMap(([left, right]) => [
    rule(['+', '-', '*'], left, right, 'double'),
    rule(['%'], left, right, 'refused'),
    rule(comparison, left, right, 'boolean'),
  ]),
  // Where a text is not found, the result is beyond every int.
  rule([...arithmetic, ...comparison], 'size', 'double', 'refused'),
  rule([...arithmetic, ...comparison], 'double', 'size', 'refused'),
];

/** A literal meets a string as a string, an int as a pointer; two of them are two pointers, which -Waddress keeps from being compared. */
const ofTexts: readonly Rule[] = [
  ...([['string', 'string'], ['string', 'literal'], ['literal', 'string']] as const).flatMap(([left, right]) => [
    rule(['+'], left, right, 'string'),
    rule(comparison, left, right, 'boolean'),
  ]),
  rule(['+', ...comparison], 'literal', 'literal', 'refused'),
  rule(['+'], 'string', 'char', 'string'),
  rule(['+'], 'char', 'string', 'string'),
  rule(['+', '-'], 'literal', 'int', 'literal'),
  rule(['+'], 'int', 'literal', 'literal'),
  rule(['+', '-'], 'literal', 'double', 'refused'),
  rule(['+'], 'double', 'literal', 'refused'),
];

const taking = (gives: StaticType, ...takes: StaticType[]): Signature => ({ takes, gives });

const types: readonly StaticType[] = ['int', 'size', 'double', 'boolean', 'char', 'string', 'literal', 'list', 'type', 'any'];

/**
 * C++17 with the built-ins of the preamble (cpp.ts). `size` is `size_t`, which `3u` is read as, too;
 * `literal` a text literal, `optional` a list or none, `object` a `std::any`, `iterator` what `erase` gives.
 */
export const cppTyping: Typing = {
  literals: { none: 'nullopt', string: 'literal', unsigned: 'size', float: 'double' },
  results: { list: 'optional' },
  operators: [
    ...ofNumbers,
    ...ofTexts,
    rule(comparison, 'list', 'list', 'boolean'),
    rule(equality, 'type', 'type', 'boolean'),
    rule(['and', 'or'], 'boolean', 'boolean', 'boolean'),
  ],
  not: [taking('boolean', 'boolean')],
  negate: [taking('int', 'int'), taking('size', 'size'), taking('double', 'double')],
  index: [taking('int', 'list', 'int'), taking('char', 'string', 'int'), taking('char', 'literal', 'int')],
  builtins: {
    last: [...types, 'none'].flatMap((type) => [taking(type, 'any', type), taking(type, 'none', type)]),
    first: [taking('char', 'literal'), taking('int', 'iterator')],
    'type-of': [taking('type', 'object')],
    'static-type': [...['int', 'boolean', 'string', 'list'].map((type) => taking('type', type)), ...['char', 'size', 'double', 'literal'].map((type) => taking('refused', type))],
    'to-string': [taking('string', 'int'), taking('string', 'size'), taking('refused', 'double')],
    find: [taking('size', 'string', 'string'), taking('size', 'string', 'literal'), taking('size', 'string', 'char')],
    remove: [taking('iterator', 'list', 'int')],
    sort: [taking('none', 'list')],
    print: [taking('none', 'int'), taking('none', 'string')],
    'to-int': [taking('int', 'int')],
    'to-boolean': [taking('boolean', 'boolean')],
  },
  conversions: [
    { from: 'boolean', to: 'int', by: 'to-int' },
    { from: 'char', to: 'int', by: 'to-int' },
    { from: 'size', to: 'int', by: 'to-int' },
    { from: 'double', to: 'int', by: 'to-int' },
    { from: 'int', to: 'boolean', by: 'to-boolean' },
    { from: 'char', to: 'boolean', by: 'to-boolean' },
    { from: 'size', to: 'boolean', by: 'to-boolean' },
    { from: 'double', to: 'boolean', by: 'to-boolean' },
    { from: 'literal', to: 'boolean', by: 'to-boolean' },
    { from: 'literal', to: 'string' },
    { from: 'list', to: 'optional' },
    { from: 'nullopt', to: 'optional' },
    { from: 'any', to: 'object' },
    { from: 'none', to: 'none' },
  ],
  evaluates: 'all',
  shadowing: true,
  unusedVariables: 'allowed',
  nothrow: ['list-length', 'string-length', 'type-of', 'static-type', 'to-int', 'to-boolean'],
  constants: { zeroDivisor: 'allowed', negativeIndex: 'allowed', largest: 2 ** 31 - 1, conditions: 'followed' },
};
