import fc from 'fast-check';
import type { Expression, NamedType, Operator, Program, Statement, Type } from '../../src/languages/program.js';

const parameters = [{ name: 'xs', type: 'list' }, { name: 's', type: 'string' }, { name: 'n', type: 'int' }, { name: 'b', type: 'boolean' }] as const;
export const parameterTypes: readonly Type[] = parameters.map(({ type }) => type);

const binary = (operators: readonly Operator[], left: fc.Arbitrary<Expression>, right: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> => fc.record({ kind: fc.constant('binary' as const), operator: fc.constantFrom(...operators), left, right });
const variable = (name: string): fc.Arbitrary<Expression> => fc.constant({ kind: 'variable', name });

const { int, list, string, boolean } = fc.letrec<Record<'int' | 'list' | 'string' | 'boolean', Expression>>((tie) => ({
  int: fc.oneof({ maxDepth: 3 },
    fc.record({ kind: fc.constant('int' as const), value: fc.integer({ min: 0, max: 30 }) }),
    variable('n'),
    binary(['+', '-', '*', '%'], tie('int'), tie('int')),
    fc.record({ kind: fc.constant('negate' as const), operand: tie('int') }),
    fc.record({ kind: fc.constant('call' as const), builtin: fc.constantFrom('list-length', 'sum', 'max', 'min'), arguments: fc.tuple(tie('list')) }),
    fc.record({ kind: fc.constant('call' as const), builtin: fc.constant('string-length' as const), arguments: fc.tuple(tie('string')) }),
    fc.record({ kind: fc.constant('index' as const), list: tie('list'), at: tie('int') })),
  list: fc.oneof({ maxDepth: 2 }, variable('xs'), fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('int'), { maxLength: 3 }) })),
  string: fc.oneof({ maxDepth: 3 },
    fc.record({ kind: fc.constant('string' as const), value: fc.stringMatching(/^[a-e]{0,4}$/) }),
    variable('s'),
    fc.record({ kind: fc.constant('call' as const), builtin: fc.constant('to-string' as const), arguments: fc.tuple(tie('int')) })),
  boolean: fc.oneof({ maxDepth: 3 },
    fc.record({ kind: fc.constant('boolean' as const), value: fc.boolean() }),
    variable('b'),
    binary(['==', '!=', '<', '>', '<=', '>='], tie('int'), tie('int')),
    binary(['and', 'or'], tie('boolean'), tie('boolean')),
    binary(['==', '!='], tie('boolean'), tie('boolean')),
    fc.record({ kind: fc.constant('not' as const), operand: tie('boolean') }),
    typeTest()),
}));

function typeTest(): fc.Arbitrary<Expression> {
  return fc.record({ name: fc.constantFrom('xs', 's', 'n', 'b'), type: fc.constantFrom<NamedType>('int', 'string', 'boolean', 'list'), operator: fc.constantFrom('==' as const, '!=' as const) })
    .map(({ name, type, operator }) => ({ kind: 'binary', operator, left: { kind: 'call', builtin: 'type-of', arguments: [{ kind: 'variable', name }] }, right: { kind: 'type', type } }));
}

const { block } = fc.letrec<{ block: readonly Statement[]; statement: Statement }>((tie) => ({
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }),
  statement: fc.oneof({ maxDepth: 2 },
    fc.record({ kind: fc.constant('return' as const), value: fc.oneof(int, boolean, string, list) }),
    fc.record({ kind: fc.constant('assign' as const), target: fc.constant('n'), value: int }),
    fc.record({ kind: fc.constant('append' as const), list: fc.constant('xs'), value: int }),
    fc.record({ kind: fc.constant('sort' as const), list: fc.constant('xs') }),
    fc.record({ kind: fc.constant('if' as const), condition: boolean, then: tie('block'), otherwise: fc.oneof(fc.constant([]), tie('block')) }),
    fc.record({ kind: fc.constant('try' as const), body: tie('block'), handler: tie('block') })),
}));

/** Well-typed functions of a list, a string, an int and a boolean, over everything that Python and PHP both express. */
export const programs: fc.Arbitrary<Program> = block.map((body) => ({ words: ['get', 'tail'], parameters, body }));
