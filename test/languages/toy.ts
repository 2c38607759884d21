/** A made-up language as a syntax file: postfix calls, words for blocks, Python's meaning. */
export const toySyntax = `
name: toy
preamble: ''
lexical:
  comments: ['//']
  sigil: ''
  caseInsensitive: false
  keywords: [fun, give, when, otherwise, attempt, rescue]
  symbols: ['==', '!=', '<=', '>=', '(', ')', '[', ']', '{', '}', '+', '-', '*', '%', '<', '>', '=', '.', ',', ';']
  newlines: ignored
  integer: '^(?:0|[1-9][0-9]*)$'
  string: '"[^"]*"'
block: { open: ' {', close: '}', single: false }
function: 'fun {name}({parameters}){body}'
parameters: { list: '{0}', string: '{0}' }
statements:
  return: 'give {value};'
  if: 'when {condition}{then}'
  else: ' otherwise{otherwise}'
  sort: '{list}.order();'
  append: '{list}.push({value});'
  print: 'show({value});'
  try: 'attempt{body} rescue{handler}'
operators:
  - { operator: or, symbol: or, precedence: 1, associativity: left }
  - { operator: and, symbol: and, precedence: 2, associativity: left }
  - { operator: '==', symbol: '==', precedence: 3, associativity: none }
  - { operator: '<', symbol: '<', precedence: 3, associativity: none }
  - { operator: '>', symbol: '>', precedence: 3, associativity: none }
  - { operator: '+', symbol: '+', precedence: 4, associativity: left }
  - { operator: '-', symbol: '-', precedence: 4, associativity: left }
  - { operator: '*', symbol: '*', precedence: 5, associativity: left }
  - { operator: '%', symbol: '%', precedence: 5, associativity: left }
not: { template: 'not {operand}', precedence: 2.5 }
negate: { template: '-{operand}', precedence: 6 }
literals: { true: yes, false: no, types: {} }
builtins:
  list-length: 'size({0})'
  string-length: 'size({0})'
  sum: 'total({0})'
  max: 'largest({0})'
  min: 'least({0})'
  to-string: 'digits({0})'
index: '{0}[{1}]'
members: false
semantics: python
identifiers:
  - { identifier: size, python: [len] }
  - { identifier: total, python: [sum] }
stop: ["\\nfun", "\\n//"]
`.replace(/\b(yes|no)(?=[,\s])/g, "'$1'");
