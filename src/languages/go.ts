import { goSemantics } from './go-semantics.js';
import { goTyping } from './go-typing.js';
import { identifierTable } from './identifiers.js';
import type { Language } from './language.js';

/**
 * Go 1.18, or any later one. What its library has no function for is in the preamble: the sum, largest and smallest
 * item of a list, the place of an item, a list without one, a line of input. There is no way to write an exception
 * that is caught, nor a type test, in the line that the other languages need.
 */
export const go: Language = {
  name: 'go',
  preamble: `package main

import (
	"bufio"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
)

// A program may use any of them, or none.
var _ = []interface{}{bufio.NewReader, fmt.Println, os.Stdin, sort.Ints, strconv.Itoa, strings.Index}

var stdin = bufio.NewReader(os.Stdin)

func readLine() string {
	line, err := stdin.ReadString('\\n')
	if err != nil && line == "" {
		panic(err)
	}
	return strings.TrimRight(line, "\\r\\n")
}

func sum(xs []int) int {
	total := 0
	for _, x := range xs {
		total += x
	}
	return total
}

func max(xs []int) int {
	most := xs[0]
	for _, x := range xs {
		if x > most {
			most = x
		}
	}
	return most
}

func min(xs []int) int {
	least := xs[0]
	for _, x := range xs {
		if x < least {
			least = x
		}
	}
	return least
}

func index(xs []int, sought int) int {
	for at, x := range xs {
		if x == sought {
			return at
		}
	}
	return -1
}

func remove(xs []int, at int) []int {
	return append(append([]int{}, xs[:at]...), xs[at+1:]...)
}

`,
  lexical: {
    comments: ['//'],
    sigil: '',
    caseInsensitive: false,
    // `_` is no keyword, but no name of a value either. `true`, `false` and `nil` are names: a line may end after them.
    keywords: ['break', 'case', 'chan', 'const', 'continue', 'default', 'defer', 'else', 'fallthrough', 'for', 'func', 'go', 'goto', 'if', 'import', 'interface', 'map', 'package', 'range', 'return', 'select', 'struct', 'switch', 'type', 'var', '_'],
    symbols: ['...', '++', '--', '<-', ':=', '+=', '-=', '*=', '%=', '==', '!=', '<=', '>=', '&&', '||', '(', ')', '[', ']', '{', '}', '+', '-', '*', '%', '<', '>', '=', '!', '.', ',', ';', ':'],
    newlines: 'terminator',
    // A float without a fraction is an int where it has to be; after a zero, digits are octal.
    integer: /^(?:(?:0*[0-7]|[1-9][0-9]*)(?:\.0*)?|\.0+)$/,
    string: /"[^"\\\n]*"|`[^`]*`/y,
  },
  block: { open: ' {', close: '}', single: false, elseIf: true },
  function: 'func {name}({parameters}){result}{body}',
  parameters: { int: '{0} int', string: '{0} string', boolean: '{0} bool', list: '{0} []int' },
  types: { int: ' int', string: ' string', boolean: ' bool', list: ' []int', none: '' },
  statements: {
    return: 'return {value}',
    'return-none': 'return',
    if: 'if {condition}{then}',
    else: ' else{otherwise}',
    sort: 'sort.Ints({list})',
    append: '{list} = append({list}, {value})',
    remove: '{list} = remove({list}, {at})',
    declare: '{target} := {value}',
    assign: '{target} = {value}',
    print: 'fmt.Println({value})',
    evaluate: '{value}',
  },
  operators: [
    { operator: 'or', symbol: '||', precedence: 1, associativity: 'left' },
    { operator: 'and', symbol: '&&', precedence: 2, associativity: 'left' },
    { operator: '==', symbol: '==', precedence: 3, associativity: 'left' },
    { operator: '!=', symbol: '!=', precedence: 3, associativity: 'left' },
    { operator: '<=', symbol: '<=', precedence: 3, associativity: 'left' },
    { operator: '>=', symbol: '>=', precedence: 3, associativity: 'left' },
    { operator: '<', symbol: '<', precedence: 3, associativity: 'left' },
    { operator: '>', symbol: '>', precedence: 3, associativity: 'left' },
    { operator: '+', symbol: '+', precedence: 4, associativity: 'left' },
    { operator: '-', symbol: '-', precedence: 4, associativity: 'left' },
    { operator: '*', symbol: '*', precedence: 5, associativity: 'left' },
    { operator: '%', symbol: '%', precedence: 5, associativity: 'left' },
  ],
  not: { template: '!{operand}', precedence: 6 },
  negate: { template: '-{operand}', precedence: 6 },
  literals: { true: 'true', false: 'false', none: 'nil', types: {} },
  builtins: {
    'list-length': 'len({0})',
    'string-length': 'len({0})',
    sum: 'sum({0})',
    max: 'max({0})',
    min: 'min({0})',
    'to-string': 'strconv.Itoa({0})',
    find: 'strings.Index({0}, {1})',
    'index-of': 'index({0}, {1})',
    input: 'readLine()',
    appended: 'append({0}, {1})',
    // Nothing appended: the list as it is.
    'to-list': 'append({0})',
    sort: 'sort.Ints({0})',
    remove: 'remove({0}, {1})',
    print: 'fmt.Println({0})',
    'to-int': 'int({0})',
    'to-boolean': 'bool({0})',
  },
  index: '{0}[{1}]',
  trailingComma: true,
  list: ['[]int{', '}'],
  members: false,
  semantics: goSemantics,
  typing: goTyping,
  identifiers: identifierTable.go,
  stop: ['\nfunc', '\n//', '\ntype', '\nvar'],
};
