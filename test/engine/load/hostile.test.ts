import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../../src/engine/diagnostic.js';
import { limits } from '../../../src/engine/load/limits.js';
import { load, mistakesOf } from './kinds.js';

const valid = `name: test
params: { n: 3, targets: [php, go] }
profiles: { smoke: { n: 1 } }
tasks:
  corpus:
    uses: source
    matrix: { language: ['python', '\${{ params.targets }}'] }
    with: { language: '\${{ matrix.language }}', tokens: '\${{ params.n * 2 }}' }
  train:
    uses: train
    matrix: { language: '\${{ params.targets }}' }
    inputs: { corpus: corpus.shards }
    with: { steps: 200 }
  report:
    uses: report
    inputs: { scores: [train.metrics, corpus(language=go).statistics] }
`;

/** Loads, and renders what is wrong; never throws. */
function survive(text: string): 'ok' | 'invalid' {
  const result = load(text);
  if (result.kind === 'ok') return 'ok';
  expect(result.diagnostics.length).toBeGreaterThan(0);
  expect(renderDiagnostics(result.diagnostics, text, { color: false })).not.toBe('');
  const lines = text.split('\n').length;
  const outside = result.diagnostics.filter(({ position }) => position !== undefined && !(position.line > 0 && position.line <= lines && position.column > 0));
  expect(outside).toEqual([]);
  return 'invalid';
}

describe('any text', () => {
  it('loads or is refused, whatever its characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => survive(text) !== undefined), { numRuns: 100 });
  });

  it('loads or is refused, when a valid file is cut, spliced and overwritten', () => {
    expect(survive(valid)).toBe('ok');
    const fragment = fc.oneof(
      fc.constantFrom('${{', '}}', '[', ']', '{', '}', ':', ': ', '- ', '&a ', '*a', '!!x ', '? ', '|', '>', '#', '\n', '\t', '\r\n', '%YAML 1.1\n', '---\n', '<<: *a', 'null', '.nan', '(', ')', 'a: &a [*a]', '__proto__: 1', '"\\ud800"', '\0'),
      fc.string({ maxLength: 8 }),
    );
    const edit = fc.record({ at: fc.nat(valid.length), remove: fc.nat(30), insert: fragment });
    fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = valid;
      for (const { at, remove, insert } of edits) text = text.slice(0, at) + insert + text.slice(at + remove);
      return survive(text) !== undefined;
    }), { numRuns: 150 });
  });

  it('loads or is refused, when any value of a valid file is another', () => {
    const folder = new URL('wrong-pipelines/', import.meta.url);
    const files = [valid, ...readdirSync(folder).filter((name) => name.endsWith('.yaml')).map((name) => readFileSync(new URL(name, folder), 'utf8'))];
    const value = fc.constantFrom('null', '[]', '{}', '3', '-1', 'x', "'${{ params.n }}'", "'${{ params.targets }}'", '[[1]]', '{a: {b: 1}}', 'true', "''");
    fc.assert(fc.property(fc.constantFrom(...files), fc.nat(), value, (text, pick, replacement) => {
      const places = [...text.matchAll(/(?<=: )[^\n]+/g)];
      const place = places[pick % places.length];
      if (place === undefined) return true;
      return survive(text.slice(0, place.index) + replacement + text.slice(place.index + place[0].length)) !== undefined;
    }), { numRuns: 150 });
  });
});

describe('a bomb', () => {
  const aliases = Array.from({ length: 40 }, (_, level) => `  l${String(level + 1)}: &l${String(level + 1)} [${Array(20).fill(`*l${String(level)}`).join(', ')}]`).join('\n');
  const keys = (indent: string, value: string): string => Array.from({ length: 100_000 }, (_, index) => `${indent}key${String(index)}: ${value}`).join('\n');

  it.each([
    ['of aliases', `name: a\nparams:\n  l0: &l0 [1]\n${aliases}\ntasks: {}\n`],
    ['of a million brackets', `name: ${'['.repeat(1_000_000)}`],
    ['of half a million quotes', `name: ${'"'.repeat(500_000)}`],
    ['of 50 MB of text', `name: ${'x'.repeat(50_000_000)}`],
    ['of ten million characters in one value', `name: a\nparams:\n  text: '${'x'.repeat(10_000_000)}'\ntasks: { a: { uses: exec, with: { command: ['\${{ params.text }}'] } } }\nmore: 1\n`],
    ['of a hundred thousand unknown keys', `name: a\n${keys('', '1')}\n`],
    ['of a hundred thousand unknown tasks', `name: a\ntasks:\n${keys('  ', 'x')}\n`],
    ['of thirty thousand duplicate keys', `name: a\nparams:\n${'  x: 1\n'.repeat(30_000)}`],
    ['of ten thousand anchors', `name: a\nparams:\n${Array.from({ length: 10_000 }, (_, index) => `  p${String(index)}: &a${String(index)} 1\n`).join('')}  q: *missing\n`],
    ['of a long line of mistakes', `name: a\ntasks: { ${Array.from({ length: 5_000 }, (_, index) => `t${String(index)}: { uses: nope }`).join(', ')} }\n`],
  ])('%s is refused in a few seconds of processor time', (_, text) => {
    const before = process.cpuUsage();
    expect(survive(text)).toBe('invalid');
    const { user, system } = process.cpuUsage(before);
    // Measured: at most 3.1 s, most of it inside the YAML parser. The margin is for a busy machine.
    expect((user + system) / 1_000).toBeLessThan(6_000);
  });
});

describe('limits', () => {
  const tasks = 'tasks: { a: { uses: exec, with: { command: [ls] } } }';

  it.each([
    ['flow lists', '['.repeat(1_000_000)],
    ['block lists', '- '.repeat(100_000)],
    ['flow maps', '{a: '.repeat(100_000)],
    ['block maps', Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
    ['explicit keys', '? '.repeat(100_000)],
  ])('stop nesting of %s before it exhausts the stack', (_, text) => {
    expect(mistakesOf(text).join()).toContain('too-deep');
  });

  it('accept what people nest', () => {
    expect(mistakesOf(`name: a\nparams: { x: ${'['.repeat(40)}${']'.repeat(40)} }\n${tasks}`)).toEqual([]);
  });

  it('stop aliases that multiply', () => {
    const lines = Array.from({ length: 20 }, (_, level) => `  l${String(level + 1)}: &l${String(level + 1)} [${Array(10).fill(`*l${String(level)}`).join(', ')}]`);
    expect(mistakesOf(`name: a\nparams:\n  l0: &l0 [1]\n${lines.join('\n')}\n${tasks}`)[0]).toContain('too-many-aliases');
  });

  it('stop aliases that nest', () => {
    const lines = Array.from({ length: 100 }, (_, level) => `  l${String(level + 1)}: &l${String(level + 1)} [*l${String(level)}]`);
    expect(mistakesOf(`name: a\nparams:\n  l0: &l0 [1]\n${lines.join('\n')}\n${tasks}`)[0]).toContain('too-deep');
  });

  it('accept aliases that people write', () => {
    const result = load('name: a\nparams: { base: &base [php, go], again: *base }\ntasks: { a: { uses: exec, with: &w { command: [ls] } }, b: { uses: exec, with: *w } }');
    expect(result).toMatchObject({ kind: 'ok', pipeline: { params: { base: ['php', 'go'], again: ['php', 'go'] } } });
  });

  it('stop parameters that multiply each other, as lists and as text', () => {
    const lists = Array.from({ length: 40 }, (_, level) => `  p${String(level + 1)}: ['\${{ params.p${String(level)} }}', '\${{ params.p${String(level)} }}']`).join('\n');
    expect(mistakesOf(`name: a\nparams:\n  p0: [1]\n${lists}\n${tasks}`).join()).toContain('too-much-interpolation');
    const texts = Array.from({ length: 40 }, (_, level) => `  p${String(level + 1)}: '\${{ params.p${String(level)} }}\${{ params.p${String(level)} }}'`).join('\n');
    expect(mistakesOf(`name: a\nparams:\n  p0: xx\n${texts}\n${tasks}`).join()).toContain('too-much-text');
  });

  it('refuse files that are larger than any pipeline', () => {
    expect(mistakesOf(`# ${'x'.repeat(limits.bytes)}`)).toEqual(['file-too-large']);
  });

  it('refuse more tasks than a pipeline may have, without making them', () => {
    const axis = `[${Array.from({ length: 100 }, (_, value) => value).join(', ')}]`;
    const text = `name: a\ntasks:\n  a: { uses: exec, with: { command: [ls] }, matrix: { x: ${axis}, y: ${axis}, z: ${axis}, u: ${axis}, v: ${axis} } }\n`;
    expect(mistakesOf(text)).toEqual(['3:3 too-many-tasks']);
    const two = 'name: a\ntasks:\n  a: { uses: exec, with: { command: [ls] }, matrix: { x: [1, 2] } }\n  b: { uses: exec, with: { command: [ls] }, matrix: { x: [1, 2] } }\n';
    expect(mistakesOf(two, { maxTasks: 4 })).toEqual([]);
    expect(mistakesOf(two, { maxTasks: 3 })).toEqual(['4:3 too-many-tasks']);
  });

  it('refuse more inputs than a pipeline may have', () => {
    const axis = `[${Array.from({ length: 2_000 }, (_, value) => value).join(', ')}]`;
    const text = `name: a\ntasks:\n  a: { uses: exec, with: { command: [ls] }, matrix: { x: ${axis} }, outputs: { o: o } }\n  b: { uses: exec, with: { command: [ls] }, matrix: { y: ${axis} }, inputs: { all: a.o } }\n`;
    expect(mistakesOf(text)).toEqual(['4:3 too-many-inputs']);
  });

  it('follow long chains without recursion', () => {
    const params = Array.from({ length: 5_000 }, (_, index) => `  p${String(index + 1)}: \${{ params.p${String(index)} + 1 }}`).reverse().join('\n');
    expect(load(`name: a\nparams:\n${params}\n  p0: 0\n${tasks}`)).toMatchObject({ kind: 'ok', pipeline: { params: { p5000: 5000 } } });
  });

  it('refuse expressions that are long or deep', () => {
    expect(mistakesOf(`name: a\nparams: { x: '\${{ ${'('.repeat(100_000)}1 }}' }\n${tasks}`).join()).toContain('expression-syntax');
    expect(mistakesOf(`name: a\nparams: { x: '\${{ ${'-'.repeat(900)}1 }}' }\n${tasks}`)).toEqual([]);
  });
});
