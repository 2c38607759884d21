import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isExpressible } from '../../src/languages/expressible.js';
import { languageFrom, readLanguage } from '../../src/languages/language-file.js';
import { parse } from '../../src/languages/parse.js';
import { python } from '../../src/languages/python.js';
import { problemOf } from '../../src/languages/problem.js';
import { render } from '../../src/languages/render.js';
import { verdict } from '../../src/languages/verdict.js';
import { toySyntax } from './toy.js';
import { smallWorld } from './worlds.js';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

describe('a syntax file', () => {
  const toy = readLanguage(toySyntax, 'toy.yaml');
  const concepts = smallWorld(144).concepts.filter(({ program }) => isExpressible(program, toy));

  it('is a whole language: it is written, read and judged', () => {
    expect(new Set(concepts.map(({ family }) => family))).toEqual(new Set(['arithmetic', 'sorted', 'boolean', 'append', 'try', 'to-string', 'print']));
    for (const [number, concept] of concepts.entries()) {
      const types = concept.program.parameters.map(({ type }) => type);
      expect(parse(render(concept.program, toy), toy, types)).toEqual(concept.program);
      const problem = problemOf(concept, number, toy, ['toy'], 1);
      expect(verdict(problem, problem.canonical_solution, toy).verdict).toBe('passed');
      expect(verdict(problem, problemOf(concept, number, python, [], 1).canonical_solution, toy).verdict).toBe('syntax-error');
    }
  });

  it('stands beside the built-in languages, by its name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'syntax-'));
    folders.push(folder);
    const file = join(folder, 'toy.yaml');
    await writeFile(file, toySyntax);
    expect((await languageFrom([file], 'toy')).statements.return).toBe('give {value};');
    expect(await languageFrom([file], 'python')).toBe(python);
    await expect(languageFrom([file], 'cobol')).rejects.toThrow('there is no syntax table for cobol');
  });

  it.each([
    ['{', 'toy.yaml: neither JSON nor YAML'],
    [toySyntax.replace('newlines: ignored', 'newlines: gone'), 'toy.yaml: lexical.newlines must be one of indentation, terminator, ignored'],
    [toySyntax.replace('members: false', 'member: false'), 'toy.yaml: the table must have required property \'members\''],
    [toySyntax.replace('  sum:', '  summe:'), 'toy.yaml: builtins has no field summe; it has list-length'],
    [toySyntax.replace('semantics: python', 'semantics: cobol'), 'toy.yaml: semantics: there is none of cobol'],
    [toySyntax.replace('semantics: python', 'semantics: python\ntyping: python'), 'toy.yaml: typing: python checks no types before it runs'],
    [toySyntax.replace('\'"[^"]*"\'', '\'[\''), 'toy.yaml: lexical.string: Invalid regular expression'],
    [toySyntax.replace('give {value};', 'give {what};'), 'toy.yaml: the template "give {what};" has an unknown hole {what}'],
    [toySyntax.replace('give {value};', 'give {value}!'), 'toy.yaml: the table of toy has a template it cannot read: !'],
  ])('says what is wrong with it (%#)', (text, message) => {
    expect(() => readLanguage(text, 'toy.yaml')).toThrow(message);
  });
});
