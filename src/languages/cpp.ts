import { cppSemantics } from './cpp-semantics.js';
import { cppTyping } from './cpp-typing.js';
import { identifierTable } from './identifiers.js';
import type { Language } from './language.js';

/** What a program finds: over lists what C++20 has over ranges, lengths as ints, and an exception where a list is empty. */
const preamble = `#include <algorithm>
#include <any>
#include <iostream>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

using std::any;
using std::nullopt;
using std::optional;
using std::string;
using std::to_string;
using std::vector;

int size(const vector<int>& xs) { return static_cast<int>(xs.size()); }
int size(const string& s) { return static_cast<int>(s.size()); }
int sum(const vector<int>& xs) { return std::accumulate(xs.begin(), xs.end(), 0); }
int max(const vector<int>& xs) { return xs.empty() ? throw std::invalid_argument("max") : *std::max_element(xs.begin(), xs.end()); }
int min(const vector<int>& xs) { return xs.empty() ? throw std::invalid_argument("min") : *std::min_element(xs.begin(), xs.end()); }
int find(const vector<int>& xs, int x) { return static_cast<int>(std::find(xs.begin(), xs.end(), x) - xs.begin()); }
void sort(vector<int>& xs) { std::sort(xs.begin(), xs.end()); }
void print(int x) { std::cout << x << std::endl; }
void print(const string& s) { std::cout << s << std::endl; }
string input() { string line; return std::getline(std::cin, line) ? line : throw std::runtime_error("input"); }

`;

/**
 * C++17, with a few functions that a program may call. Not read, and so a syntax error where the compiler would take
 * it: declarations, assignments within expressions, casts and values like `string()`, a `size_t` with a point number.
 */
export const cpp: Language = {
  name: 'cpp',
  preamble,
  lexical: {
    comments: ['//'],
    sigil: '',
    caseInsensitive: false,
    // The types that are no keywords hide nothing here.
    keywords: ['string', 'vector', 'any', 'optional', 'return', 'if', 'else', 'try', 'catch', 'throw', 'for', 'while', 'do', 'switch', 'case', 'default', 'break', 'continue', 'goto', 'int', 'bool', 'char', 'short', 'long', 'signed', 'unsigned', 'float', 'double', 'void', 'auto', 'const', 'constexpr', 'static', 'extern', 'register', 'inline', 'virtual', 'explicit', 'friend', 'mutable', 'volatile', 'class', 'struct', 'union', 'enum', 'namespace', 'using', 'typedef', 'template', 'typename', 'typeid', 'decltype', 'sizeof', 'alignof', 'new', 'delete', 'this', 'operator', 'public', 'private', 'protected', 'true', 'false', 'nullptr', 'noexcept', 'asm', 'static_cast', 'const_cast', 'dynamic_cast', 'reinterpret_cast', 'static_assert', 'thread_local'],
    symbols: ['...', '<<', '>>', '++', '--', '->', '::', '+=', '-=', '*=', '%=', '==', '!=', '<=', '>=', '&&', '||', '(', ')', '[', ']', '{', '}', '+', '-', '*', '%', '<', '>', '=', '!', '&', '|', '.', ',', ';', ':', '?'],
    alternatives: { and: '&&', or: '||', not: '!', not_eq: '!=' },
    newlines: 'ignored',
    // Octal only where it is the same.
    integer: /^(?:0+[0-7]?|[1-9][0-9]*)$/,
    float: /^(?:[0-9]+\.[0-9]*|\.[0-9]+)$/,
    unsigned: 'u',
    string: /"[^"\\\n]*"/y,
    joinsStrings: true,
  },
  block: { open: ' {', close: '}', single: true, initialiser: true },
  function: '{result} {name}({parameters}){body}',
  parameters: { int: 'int {0}', string: 'string {0}', boolean: 'bool {0}', list: 'vector<int> {0}', any: 'any {0}' },
  // A function that gives a list may give none: no other one of the world has a list to give.
  types: { int: 'int', string: 'string', boolean: 'bool', list: 'optional<vector<int>>', none: 'void' },
  statements: {
    return: 'return {value};',
    'return-none': 'return;',
    if: 'if ({condition}){then}',
    else: ' else{otherwise}',
    try: 'try{body} catch (...){handler}',
    sort: 'sort({list});',
    append: '{list}.push_back({value});',
    remove: '{list}.erase({list}.begin() + {at});',
    print: 'print({value});',
    set: '{list}[{at}] = {value};',
    assign: '{target} = {value};',
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
  literals: { true: 'true', false: 'false', none: 'nullopt', types: { int: 'typeid(int)', string: 'typeid(string)', boolean: 'typeid(bool)', list: 'typeid(vector<int>)' } },
  builtins: {
    'list-length': 'size({0})',
    'string-length': 'size({0})',
    sum: 'sum({0})',
    max: 'max({0})',
    min: 'min({0})',
    'type-of': '{0}.type()',
    'static-type': 'typeid({0})',
    'to-string': 'to_string({0})',
    find: '{0}.find({1})',
    'index-of': 'find({0}, {1})',
    input: 'input()',
    append: '{0}.push_back({1})',
    sort: 'sort({0})',
    remove: '{0}.erase({0}.begin() + {1})',
    print: 'print({0})',
    // Of a literal or an iterator, which point at it.
    first: '*{0}',
    'to-int': 'int({0})',
    'to-boolean': 'bool({0})',
  },
  index: '{0}[{1}]',
  tuples: 'last',
  members: false,
  semantics: cppSemantics,
  typing: cppTyping,
  identifiers: identifierTable.cpp,
  stop: ['\nint', '\nbool', '\nstring', '\nvoid', '\noptional', '\n//', '\n#'],
};
