import { describe, expect, it } from 'vitest';
import { pathMatcher } from '../../src/corpus/path-pattern.js';

describe('path patterns', () => {
  it.each([
    ['*.py', 'a.py', true], ['*.py', 'deep/in/a.py', true], ['*.py', 'a.pyc', false],
    ['src/*.py', 'src/a.py', true], ['src/*.py', 'src/b/a.py', false], ['src/**/*.py', 'src/a.py', true], ['src/**/*.py', 'src/b/c/a.py', true],
    ['usr/share/**', 'usr/share/a/b', true], ['usr/share/**', 'usr/shared', false],
    ['**/*.{cc,h}', 'a/b.h', true], ['**/*.{cc,h}', 'a/b.c', false], ['?.go', 'a.go', true], ['?.go', 'ab.go', false],
    ['a+b(c).php', 'a+b(c).php', true], ['a.b', 'axb', false], ['{a,b', 'a', true], ['a}', 'a}', true],
  ])('%s against %s: %s', (pattern, path, expected) => {
    expect(pathMatcher([pattern])(path)).toBe(expected);
  });

  it('match when any of them does, and none matches nothing', () => {
    expect(pathMatcher(['*.c', '*.h'])('x.h')).toBe(true);
    expect(pathMatcher([])('x.h')).toBe(false);
  });
});
