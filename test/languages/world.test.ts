import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apportioned } from '../../src/languages/apportion.js';
import { coveredConcepts } from '../../src/languages/coverage.js';
import { drawDocuments } from '../../src/languages/documents.js';
import { isExpressible } from '../../src/languages/expressible.js';
import { familyNames, usualWeights as weights } from '../../src/languages/families.js';
import { interpret } from '../../src/languages/interpret.js';
import { lexemesOf } from '../../src/languages/lexemes.js';
import { php } from '../../src/languages/php.js';
import { agrees, problemOf } from '../../src/languages/problem.js';
import { python } from '../../src/languages/python.js';
import { seeded } from '../../src/languages/random.js';
import { neighboursOf } from '../../src/languages/rewrite.js';
import { maximumConcepts, nouns } from '../../src/languages/words.js';
import { buildWorld } from '../../src/languages/world.js';
import { smallWorld } from './worlds.js';

const world = buildWorld(120, weights, 1);

describe('world', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(buildWorld(120, weights, 1)).toEqual(world);
    expect(buildWorld(120, weights, 2)).not.toEqual(world);
  });

  it('gives each concept words of its own and a program of its own', () => {
    expect(new Set(world.concepts.map(({ name }) => name)).size).toBe(120);
    expect(new Set(world.concepts.map(({ program }) => JSON.stringify(program.body))).size).toBe(120);
    expect(buildWorld(maximumConcepts, weights, 1).concepts).toHaveLength(maximumConcepts);
  });

  it('shares nouns only when it has more concepts than nouns', () => {
    const mostOften = (count: number) => Math.max(...nouns.map((noun) => buildWorld(count, weights, 1).concepts.filter(({ program }) => program.words[1] === noun).length));
    expect(mostOften(nouns.length)).toBe(1);
    expect(mostOften(nouns.length + 1)).toBe(2);
  });

  it('has the families in proportion to their weights, and none that weighs nothing', () => {
    const count = (family: string) => world.concepts.filter((concept) => concept.family === family).length;
    expect(familyNames.map(count)).toEqual([96, 4, 5, 3, 3, 2, 1, 1, 1, 2, 1, 1]);
    expect(buildWorld(50, { ...weights, boolean: 0 }, 1).concepts.some(({ family }) => family === 'boolean')).toBe(false);
  });
});

describe('coverage', () => {
  it('is a share of the concepts, the same for the same seed', () => {
    const covered = coveredConcepts(world, php, 0.3, 7);
    expect(covered).toHaveLength(36);
    expect(coveredConcepts(world, php, 0.3, 7)).toEqual(covered);
    expect(coveredConcepts(world, php, 0.3, 8)).not.toEqual(covered);
    expect(coveredConcepts(world, python, 1, 7)).toEqual(world.concepts);
    expect(coveredConcepts(world, php, 0, 7)).toEqual([]);
  });

  it('keeps every variety of every family, so that no identifier is missing', () => {
    const varieties = (concepts: readonly { family: string; variety: string }[]) => new Set(concepts.map(({ family, variety }) => `${family} ${variety}`));
    expect(varieties(coveredConcepts(world, php, 0.3, 7))).toEqual(varieties(world.concepts.filter(({ program }) => isExpressible(program, php))));
  });
});

describe('apportion', () => {
  it('gives out the whole count, and at least one for every weight', () => {
    fc.assert(fc.property(fc.integer({ min: 10, max: 500 }), fc.array(fc.constantFrom(0, 0.01, 0.5, 1, 2, 5), { minLength: 1, maxLength: 8 }).filter((some) => some.some((weight) => weight > 0)), (count, parts) => {
      const shares = apportioned(count, parts);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(count);
      expect(shares.every((share, index) => (parts[index] === 0 ? share === 0 : share >= 1))).toBe(true);
    }));
  });
});

describe('documents', () => {
  const draw = (exponent: number, stream = 'a') => [...drawDocuments(world.concepts, python, { documents: 6000 }, exponent, seeded(stream), 'python')];

  it('fall in frequency along the concepts, as floor(n u^1.5) does', () => {
    const firstQuarter = new Set(world.concepts.slice(0, 30).map(({ name }) => name));
    const share = (exponent: number) => draw(exponent).filter(({ concept }) => firstQuarter.has(concept)).length / 6000;
    expect(share(1)).toBeCloseTo(0.25, 1);
    expect(share(1.5)).toBeCloseTo(0.25 ** (1 / 1.5), 1);
  });

  it('stop once they have the lexemes asked for', () => {
    const lengths = [...drawDocuments(world.concepts, python, { lexemes: 5000 }, 1.5, seeded('b'), 'python')].map(({ text }) => lexemesOf(text).length);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    expect(total).toBeGreaterThanOrEqual(5000);
    expect(total - (lengths.at(-1) ?? 0)).toBeLessThan(5000);
  });

  it('have their usual variable name, and every other one now and then', () => {
    const names = draw(1.5).flatMap(({ text }) => /\((\w+)\):/.exec(text)?.[1] ?? []);
    expect([...new Set(names)].sort()).toEqual(['items', 's', 't', 'text', 'v', 'vals', 'word', 'x', 'xs', 'y', 'ys', 'z']);
    expect(names.filter((name) => !['xs', 's', 'x'].includes(name)).length / names.length).toBeCloseTo(0.1, 1);
  });

  it('differ between streams', () => {
    expect(draw(1.5, 'a')).toEqual(draw(1.5, 'a'));
    expect(draw(1.5, 'a')).not.toEqual(draw(1.5, 'b'));
  });
});

describe('problem', () => {
  const problems = smallWorld(144).concepts.map((concept, number) => ({ concept, problem: problemOf(concept, number, python, ['python'], 3) }));

  it('has tests that catch nearly every program that differs in one number, operator or built-in', () => {
    let missed = 0;
    let total = 0;
    for (const { concept, problem } of problems) {
      for (const neighbour of neighboursOf(concept.program)) {
        total += 1;
        const caught = problem.tests.some((test) => {
          return !agrees(interpret(neighbour, test.arguments, python, { input: test.input }), test);
        });
        if (!caught) missed += 1;
      }
    }
    // The rest do the same on every list, or nearly: a list with 7 more has a sum of the same parity as one with 3 more.
    expect(missed / total).toBeLessThan(0.005);
  });

  it('has few tests', () => {
    for (const { problem } of problems) {
      expect(problem.tests.length).toBeGreaterThanOrEqual(3);
      expect(problem.tests.length).toBeLessThanOrEqual(12);
    }
  });
});
