import type { Typing } from './typing.js';

/*
 * Types of Go that are none of the world's: `nil`, that literal, which is a list where one is needed; `slice`, a list
 * where `nil` is none, as to `len`, `append` and an index; `printed list`, where `nil` is an empty one; `byte`, an item of a string.
 */

/** The type rules of Go. Nothing converts but `nil`. */
export const goTyping: Typing = {
  literals: { none: 'nil' },
  operators: [
    { operators: ['+', '-', '*', '%'], takes: ['int', 'int'], gives: 'int' },
    { operators: ['+'], takes: ['string', 'string'], gives: 'string' },
    { operators: ['==', '!=', '<', '>', '<=', '>='], takes: ['int', 'int'], gives: 'boolean' },
    { operators: ['==', '!=', '<', '>', '<=', '>='], takes: ['string', 'string'], gives: 'boolean' },
    { operators: ['==', '!=', '<', '>', '<=', '>='], takes: ['byte', 'byte'], gives: 'boolean' },
    { operators: ['==', '!='], takes: ['boolean', 'boolean'], gives: 'boolean' },
    { operators: ['==', '!='], takes: ['slice', 'nil'], gives: 'boolean' },
    { operators: ['==', '!='], takes: ['nil', 'slice'], gives: 'boolean' },
    { operators: ['and', 'or'], takes: ['boolean', 'boolean'], gives: 'boolean' },
  ],
  not: [{ takes: ['boolean'], gives: 'boolean' }],
  negate: [{ takes: ['int'], gives: 'int' }],
  index: [{ takes: ['slice', 'int'], gives: 'int' }, { takes: ['string', 'int'], gives: 'byte' }],
  builtins: {
    'list-length': [{ takes: ['slice'], gives: 'int' }],
    append: [{ takes: ['slice', 'int'], gives: 'none' }],
    appended: [{ takes: ['slice', 'int'], gives: 'list' }],
    'to-list': [{ takes: ['slice'], gives: 'list' }],
    sort: [{ takes: ['list'], gives: 'none' }],
    remove: [{ takes: ['list', 'int'], gives: 'list' }],
    print: [{ takes: ['printed list'], gives: 'none' }, { takes: ['any'], gives: 'none' }],
    'to-int': [{ takes: ['int'], gives: 'int' }, { takes: ['byte'], gives: 'int' }],
    'to-boolean': [{ takes: ['boolean'], gives: 'boolean' }],
  },
  conversions: [
    { from: 'nil', to: 'list' },
    { from: 'list', to: 'slice' },
    { from: 'list', to: 'printed list', by: 'to-list' },
  ],
  // Functions; not what is built into the language and gives a value.
  evaluates: ['sum', 'max', 'min', 'to-string', 'find', 'index-of', 'input', 'sort', 'remove', 'print'],
  shadowing: true,
  unusedVariables: 'refused',
  returns: 'last',
  constants: { zeroDivisor: 'refused', negativeIndex: 'refused', largest: 2 ** 63 - 1, calls: 'computed' },
};
