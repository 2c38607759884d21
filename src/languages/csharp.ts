import { csharpSemantics } from './csharp-semantics.js';
import { csharpTyping } from './csharp-typing.js';
import { identifierTable } from './identifiers.js';
import type { Language } from './language.js';

/**
 * C# 7. The length, sum, largest and smallest item of a list are functions of the preamble, `Sum(xs)` for
 * `xs.Sum()`: a call then reads as it does in Python and PHP, `(xs)` after a name, and what a small model knows of
 * the one it can carry over to the other (design 8). The identifiers of table A.1 are those of C# itself.
 */
export const csharp: Language = {
  name: 'csharp',
  preamble: [
    'using System;',
    'using System.Collections.Generic;',
    'using System.Linq;',
    'static class Program {',
    'static int Count(List<int> xs) { return xs.Count; }',
    'static int Sum(List<int> xs) { return xs.Sum(); }',
    'static int Max(List<int> xs) { return xs.Max(); }',
    'static int Min(List<int> xs) { return xs.Min(); }',
    'static int Length(string s) { return s.Length; }',
    '',
  ].join('\n'),
  postamble: '}\n',
  lexical: {
    comments: ['//'],
    sigil: '',
    caseInsensitive: false,
    keywords: ['abstract', 'as', 'base', 'bool', 'break', 'byte', 'case', 'catch', 'char', 'checked', 'class', 'const', 'continue', 'decimal', 'default', 'delegate', 'do', 'double', 'else', 'enum', 'event', 'explicit', 'extern', 'false', 'finally', 'fixed', 'float', 'for', 'foreach', 'goto', 'if', 'implicit', 'in', 'int', 'interface', 'internal', 'is', 'lock', 'long', 'namespace', 'new', 'null', 'object', 'operator', 'out', 'override', 'params', 'private', 'protected', 'public', 'readonly', 'ref', 'return', 'sbyte', 'sealed', 'short', 'sizeof', 'stackalloc', 'static', 'string', 'struct', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'uint', 'ulong', 'unchecked', 'unsafe', 'ushort', 'using', 'virtual', 'void', 'volatile', 'while'],
    symbols: ['++', '--', '+=', '-=', '*=', '%=', '==', '!=', '<=', '>=', '&&', '||', '=>', '::', '(', ')', '[', ']', '{', '}', '+', '-', '*', '%', '<', '>', '=', '!', '.', ',', ';', ':'],
    newlines: 'ignored',
    // mcs also takes separators at the end.
    integer: /^[0-9_]+$/,
    // Interpolated and verbatim ones too, where they hold nothing that would be special.
    string: /"[^"\\\n]*"|\$"[^"\\\n{}]*"|@"[^"\n]*"(?!")/y,
  },
  block: { open: ' {', close: '}', single: true },
  function: 'static {result} {name}({parameters}){body}',
  parameters: { int: 'int {0}', string: 'string {0}', boolean: 'bool {0}', list: 'List<int> {0}', any: 'object {0}' },
  types: { int: 'int', string: 'string', boolean: 'bool', list: 'List<int>', any: 'object', none: 'void' },
  statements: {
    return: 'return {value};',
    'return-none': 'return;',
    if: 'if ({condition}){then}',
    else: ' else{otherwise}',
    sort: '{list}.Sort();',
    append: '{list}.Add({value});',
    declare: '{type} {target} = {value};',
    assign: '{target} = {value};',
    // `catch` on a line of its own, as Python's `except`.
    try: 'try{body}\ncatch{handler}',
    remove: '{list}.RemoveAt({at});',
    set: '{list}[{at}] = {value};',
    print: 'Console.WriteLine({value});',
    evaluate: '{value};',
  },
  operators: [
    { operator: 'or', symbol: '||', precedence: 1, associativity: 'left' },
    { operator: 'and', symbol: '&&', precedence: 2, associativity: 'left' },
    { operator: '==', symbol: '==', precedence: 3, associativity: 'left' },
    { operator: '!=', symbol: '!=', precedence: 3, associativity: 'left' },
    { operator: '<=', symbol: '<=', precedence: 4, associativity: 'left' },
    { operator: '>=', symbol: '>=', precedence: 4, associativity: 'left' },
    { operator: '<', symbol: '<', precedence: 4, associativity: 'left' },
    { operator: '>', symbol: '>', precedence: 4, associativity: 'left' },
    { operator: '+', symbol: '+', precedence: 5, associativity: 'left' },
    { operator: '-', symbol: '-', precedence: 5, associativity: 'left' },
    { operator: '*', symbol: '*', precedence: 6, associativity: 'left' },
    { operator: '%', symbol: '%', precedence: 6, associativity: 'left' },
  ],
  not: { template: '!{operand}', precedence: 7 },
  negate: { template: '-{operand}', precedence: 7 },
  literals: { true: 'true', false: 'false', none: 'null', types: { int: 'typeof(int)', string: 'typeof(string)', boolean: 'typeof(bool)', list: 'typeof(List<int>)' } },
  builtins: {
    'list-length': 'Count({0})',
    'string-length': 'Length({0})',
    sum: 'Sum({0})',
    max: 'Max({0})',
    min: 'Min({0})',
    'type-of': '{0}.GetType()',
    'to-string': 'Convert.ToString({0})',
    find: '{0}.IndexOf({1})',
    'index-of': '{0}.IndexOf({1})',
    input: 'Console.ReadLine()',
    append: '{0}.Add({1})',
    sort: '{0}.Sort()',
    remove: '{0}.RemoveAt({1})',
    print: 'Console.WriteLine({0})',
  },
  spellings: [['list-length', '{0}.Count()'], ['sum', '{0}.Sum()'], ['max', '{0}.Max()'], ['min', '{0}.Min()']],
  index: '{0}[{1}]',
  list: ['new List<int> {', '}'],
  labels: true,
  after: 'nothing',
  members: true,
  semantics: csharpSemantics,
  typing: csharpTyping,
  identifiers: identifierTable.csharp,
  stop: ['\nstatic', '\n//'],
};
