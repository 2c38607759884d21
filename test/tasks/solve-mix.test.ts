import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/engine/json.js';
import { solveMix as kind } from '../../src/tasks/solve-mix/kind.js';
import type { MixDocument } from '../../src/tasks/solve-mix/mix-document.js';
import { shareOfTokens, solveMix, tokensForShare } from '../../src/tasks/solve-mix/mix.js';
import { predictCurve, type AcquisitionRun, type PredictedPoint } from '../../src/tasks/solve-mix/predicted-curve.js';
import { run } from '../../src/tasks/solve-mix/run.js';
import { seedBand } from '../../src/tasks/solve-mix/seed-band.js';
import { removeRigs, runTask, temporaryFolder } from './task-rig.js';

afterAll(removeRigs);

// Computed by an independent reference implementation.
const vectors = fileURLToPath(new URL('../fixtures/paper/algorithm1.json', import.meta.url));
const eq2 = { initWindow: [1, 1] as const, final: 'min' as const, finalWindow: 1, smoothing: 1 };
const options = { dominantTokens: 1000, availableTokens: Infinity, epsilon: 0.001 };

/** A predicted curve at steps 10, 20, ...; highest share first, as training goes. */
function points(shares: readonly number[], smoothed: readonly number[], standardError: number | null = null): PredictedPoint[] {
  return shares.map((proportion, index) => {
    const performance = smoothed[index] as number;
    return { step: 10 * (index + 1), loss: 1 + proportion, proportion, performance, smoothed: performance, standardError };
  });
}

const solve = (curve: PredictedPoint[], changes: Partial<typeof options> = {}) => solveMix(curve, 'seeds', { ...options, ...changes });
const kinds = (mix: { warnings: readonly { kind: string }[] }) => mix.warnings.map((warning) => warning.kind);

describe('solve-mix', () => {
  it('reproduces the reference solution', async () => {
    const { expected } = JSON.parse(await readFile(vectors, 'utf8')) as { expected: { p: number[]; smoothed: number[]; argmax_step: number; p_star: number; n_target: number; n_python: number } };
    const { output } = await runTask(kind, run, { inputs: { curve: [vectors] } });
    const mix = JSON.parse(await readFile(output('mix'), 'utf8')) as MixDocument;
    expect(mix.pStar).toBeCloseTo(expected.p_star, 12);
    expect(mix.step).toBe(expected.argmax_step);
    expect(mix.nStar).toBeCloseTo(expected.n_target, 2);
    expect(mix.tokens).toEqual({ python: expected.n_python, php: Math.round(expected.n_target) });
    mix.smoothed.forEach(({ smoothed }, index) => expect(smoothed).toBeCloseTo(expected.smoothed[index] ?? NaN, 12));
    const rows = (await readFile(output('curve'), 'utf8')).trim().split('\n').slice(1).map((line) => line.split(','));
    rows.forEach(([, , proportion], index) => expect(Number(proportion)).toBeCloseTo(expected.p[index] ?? NaN, 12));
    expect(mix.curve.map(({ x }) => x)).toEqual(expected.p.toSorted((a, b) => a - b));
  });

  it('agrees with the paper\'s own token counts', async () => {
    const { inverse_checks } = JSON.parse(await readFile(vectors, 'utf8')) as { inverse_checks: { n_python: number; n_target: number; p_python: number }[] };
    for (const check of inverse_checks) {
      expect(shareOfTokens(check.n_python, check.n_target)).toBeCloseTo(check.p_python, 12);
      expect(tokensForShare(check.n_python, check.p_python)).toBeCloseTo(check.n_target, 9);
    }
  });

  it('inverts the share of tokens', () => {
    fc.assert(fc.property(fc.double({ min: 1, max: 1e12, noNaN: true }), fc.double({ min: 1, max: 1e12, noNaN: true }), (dominant, target) => {
      const error = Math.abs(tokensForShare(dominant, shareOfTokens(dominant, target)) / target - 1);
      // The share is rounded twice (sum, quotient), by half an epsilon each; 1 - share then magnifies that by
      // share / (1 - share) = dominant / target. The other roundings are a few epsilon. So the bound is that of
      // double precision itself: 1e-15 for ordinary mixes, more only where the share is within 1e-10 of 1.
      expect(error).toBeLessThanOrEqual(Number.EPSILON * (dominant / target + 4));
    }));
  });

  it('takes the smallest share of equals, which is more target data', () => {
    expect(solve(points([0.8, 0.5, 0.2], [0.3, 0.3, 0.1]))).toMatchObject({ pStar: 0.5, nStar: 1000 });
  });

  it('keeps the whole corpus when the optimum asks for more than there is', () => {
    const mix = solve(points([0.8, 0.4, 0.1], [0.1, 0.2, 0.3]), { availableTokens: 700 });
    expect(mix).toMatchObject({ nStar: 9000, nUse: 700 });
    expect(kinds(mix)).toContain('optimum-exceeds-available');
  });

  it('keeps the whole corpus when the optimum is at the end', () => {
    const mix = solve(points([0.8, 0.4, 0], [0.1, 0.2, 0.3]), { availableTokens: 700 });
    expect(mix).toMatchObject({ nStar: Infinity, nUse: 700 });
    expect(kinds(mix)).toEqual(['optimum-exceeds-available', 'peak-at-last-evaluation']);
  });

  it('says that nothing bounds the tokens', () => {
    expect(kinds(solve(points([0.8, 0.4, 0], [0.1, 0.2, 0.3])))).toContain('optimum-unbounded');
  });

  it('says that a peak at the first evaluation only bounds the share', () => {
    const mix = solve(points([0.5, 0.4, 0.3], [0.3, 0.2, 0.1]));
    expect(mix.pStar).toBe(0.5);
    expect(kinds(mix)).toContain('peak-at-first-evaluation');
  });

  it('says that a share of 1 wants none of the target', () => {
    expect(kinds(solve(points([1, 0.4, 0.3], [0.3, 0.2, 0.1])))).toContain('optimum-is-nothing');
  });

  it('gives the steps within one standard error, and the range of tokens they mean', () => {
    const mix = solve(points([0.8, 0.5, 0.4, 0.2, 0.1], [0.1, 0.28, 0.3, 0.2, 0.1], 0.03));
    expect(mix.withinOneStandardError).toMatchObject({ steps: [20, 30], nLow: 1000, nHigh: 1500 });
    expect(kinds(mix)).not.toContain('flat-curve');
    expect(kinds(solve(points([0.8, 0.5, 0.4, 0.2, 0.1], [0.1, 0.28, 0.3, 0.2, 0.1], 0.5)))).toContain('flat-curve');
  });

  it('reports how many tokens one training step is worth', () => {
    const mix = solve(points([0.8, 0.5, 0.2], [0.1, 0.3, 0.1]));
    expect(mix.sensitivity).toBeCloseTo((4000 - 250) / 20, 9);
    expect(kinds(mix)).toContain('steep');
  });

  it('averages performance and loss over seeds, and takes the error from their scatter', () => {
    const seed = (name: string, shift: number): AcquisitionRun => ({
      seed: name,
      losses: [4, 3, 2, 1].map((loss, index) => ({ step: index + 1, loss: loss + shift })),
      evaluations: [0.1, 0.4, 0.3].map((performance, index) => ({ step: index + 2, performance: performance + shift, binomialError: 0.01 })),
    });
    const curve = predictCurve([seed('1', 0), seed('2', 0.2)], 1, eq2);
    expect(curve).toMatchObject({ kind: 'ok', errorSource: 'seeds' });
    const peak = curve.kind === 'ok' ? curve.points[1] : undefined;
    expect(peak?.performance).toBeCloseTo(0.5, 12);
    expect(peak?.standardError).toBeCloseTo(0.1, 12);
    expect(peak?.proportion).toBeCloseTo(1 / 3, 12);
  });

  it('estimates the noise of one curve from its residuals', () => {
    // Seeded noise of standard deviation 0.02 around a constant; the mean of five has a fifth of its variance.
    let state = 1;
    const uniform = () => { state = state * 48271 % 2147483647; return state / 2147483647; };
    const evaluations = Array.from({ length: 2000 }, (_, index) => ({ step: index + 1, performance: 0.3 + 0.02 * Math.sqrt(12) * (uniform() - 0.5), binomialError: null }));
    const losses = evaluations.map(({ step }) => ({ step, loss: 1 / step }));
    const curve = predictCurve([{ seed: '1', losses, evaluations }], 5, eq2);
    expect(curve.kind === 'ok' && curve.points[50]?.standardError).toBeCloseTo(0.02 / Math.sqrt(5), 3);
  });

  it('leaves out evaluations that not every seed has, and the untrained start', () => {
    const losses = [3, 2, 1].map((loss, index) => ({ step: index + 1, loss }));
    const at = (steps: number[]) => steps.map((step) => ({ step, performance: step, binomialError: null }));
    const curve = predictCurve([{ seed: '1', losses, evaluations: at([0, 1, 2, 3]) }, { seed: '2', losses, evaluations: at([0, 1, 3]) }], 1, eq2);
    expect(curve).toMatchObject({ kind: 'ok', droppedSteps: [0, 2] });
  });
});

describe('the band over seeds', () => {
  it('is an interval of factors around the geometric mean', () => {
    const band = seedBand([500, 1000, 2000]);
    // Logarithms log(1000) +- log(2): standard error log(2) / sqrt(3), and the 97.5 % quantile of Student's t of 2 degrees of freedom is 4.30265.
    const factor = Math.exp(4.30265 * Math.log(2) / Math.sqrt(3));
    expect(band?.geometricMean).toBeCloseTo(1000, 9);
    expect(band?.interval?.[0]).toBeCloseTo(1000 / factor, 2);
    expect(band?.interval?.[1]).toBeCloseTo(1000 * factor, 1);
    expect(band?.range).toEqual([500, 2000]);
  });

  it('scales with the tokens, whatever the seeds say', () => {
    const optima = fc.array(fc.double({ min: 1, max: 1e12, noNaN: true }), { minLength: 2, maxLength: 6 });
    fc.assert(fc.property(optima, fc.double({ min: 0.1, max: 10, noNaN: true }), (tokens, scale) => {
      const [band, scaled] = [seedBand(tokens), seedBand(tokens.map((own) => own * scale))];
      expect((scaled?.geometricMean as number) / (band?.geometricMean as number)).toBeCloseTo(scale, 9);
      expect(band?.interval?.[0]).toBeLessThanOrEqual((band?.geometricMean as number) * (1 + 1e-9));
    }));
  });

  it('is only a range when a seed has nothing to take the logarithm of, and nothing with one seed', () => {
    expect(seedBand([500, Infinity])).toEqual({ geometricMean: null, interval: null, range: [500, Infinity] });
    expect(seedBand([0, 500])).toEqual({ geometricMean: null, interval: null, range: [0, 500] });
    expect(seedBand([500])).toBeNull();
  });
});

describe('the solve-mix task', () => {
  async function acquisition(folder: string, edit: (evaluation: JsonObject, step: number) => JsonObject = (value) => value) {
    const losses = [5, 4, 3, 2, 1].map((loss, index) => `${JSON.stringify({ step: index + 1, loss })}\n`).join('');
    await writeFile(join(folder, 'losses.jsonl'), losses);
    const rates = [[2, 0.2], [3, 0.5], [4, 0.3]] as const;
    const write = async (language: string, step: number, passRate: number) => {
      const path = join(folder, `${language}-${step}.json`);
      const evaluation = { language, problems: [], passed: passRate * 100, total: 100, passRate, heldOut: { php: { loss: 1, bitsPerByte: 1 - passRate }, python: { loss: 1, bitsPerByte: 1 } } };
      await writeFile(path, JSON.stringify(edit(evaluation, step)));
      return { path, labels: { step } };
    };
    const evaluations = await Promise.all(rates.map(([step, rate]) => write('php', step, rate)));
    const dominantEvaluations = await Promise.all(rates.map(([step]) => write('python', step, step === 2 ? 0.9 : 0.1)));
    return { losses: [join(folder, 'losses.jsonl')], evaluations, dominantEvaluations };
  }

  const parameters = { dominantTokens: 600, window: 1, initWindow: [1, 1] };
  const solved = async (inputs: object, more: JsonObject = {}) => {
    const { output } = await runTask(kind, run, { parameters: { ...parameters, ...more }, inputs: inputs as Record<string, string[]> });
    return JSON.parse(await readFile(output('mix'), 'utf8')) as MixDocument;
  };

  it('solves from a run\'s losses and evaluations', async () => {
    const mix = await solved(await acquisition(temporaryFolder()));
    expect(mix).toMatchObject({ step: 3, pStar: 0.5, tokens: { python: 600, php: 600 }, shares: { python: 0.5, php: 0.5 }, measure: 'passRate' });
    expect(mix.withinOneStandardError).toMatchObject({ source: 'problems', steps: [3] });
  });

  it('may maximise the mean with the dominant language', async () => {
    expect(await solved(await acquisition(temporaryFolder()), { objective: 'mean' })).toMatchObject({ step: 2, pStar: 0.75 });
  });

  it('falls back to bits per byte where no program was run', async () => {
    const inputs = await acquisition(temporaryFolder(), (evaluation) => ({ ...evaluation, passRate: null, reason: 'no toolchain' }));
    expect(await solved(inputs)).toMatchObject({ step: 3, measure: 'negativeBitsPerByte', performance: -0.5 });
  });

  it('takes token counts from corpus statistics', async () => {
    const folder = temporaryFolder();
    const row = (language: string, tokens: number) => ({ language, instances: 1, bytes: 1, tokens });
    await writeFile(join(folder, 'statistics.json'), JSON.stringify({ languages: [row('python', 800), row('php', 500)] }));
    const mix = await solved({ ...await acquisition(folder), statistics: [join(folder, 'statistics.json')] }, { dominantTokens: null });
    expect(mix).toMatchObject({ dominantTokens: 800, availableTokens: 500, nStar: 800, nUse: 500 });
  });

  it('solves each seed alone, and says how far they lie apart', async () => {
    const [first, second] = [await acquisition(temporaryFolder()), await acquisition(temporaryFolder(), (evaluation, step) => ({ ...evaluation, passRate: step === 2 ? 0.6 : 0.1 }))];
    const labelled = (seed: number, artifacts: readonly (string | { path: string; labels: object })[]) =>
      artifacts.map((artifact) => (typeof artifact === 'string' ? { path: artifact, labels: { seed } } : { ...artifact, labels: { ...artifact.labels, seed } }));
    const mix = await solved({
      losses: [...labelled(1, first.losses), ...labelled(2, second.losses)],
      evaluations: [...labelled(1, first.evaluations), ...labelled(2, second.evaluations)],
    });
    expect(mix.perSeed).toEqual([{ seed: '1', step: 3, pStar: 0.5, nStar: 600 }, { seed: '2', step: 2, pStar: 0.75, nStar: 200 }]);
    expect(mix.overSeeds?.range).toEqual([200, 600]);
    expect(mix.overSeeds?.geometricMean).toBeCloseTo(Math.sqrt(200 * 600), 9);
    expect((await solved(first)).overSeeds).toBeNull();
    expect((await solved(first)).reasons['overSeeds']).toContain('one seed');
  });

  it('names the seed that cannot be solved alone', async () => {
    const [first, second] = [await acquisition(temporaryFolder()), await acquisition(temporaryFolder())];
    await writeFile(second.losses[0] as string, [1, 1.5, 1.5, 1.5, 1.5].map((loss, index) => `${JSON.stringify({ step: index + 1, loss })}\n`).join(''));
    const of = (seed: number, inputs: typeof first) => ({ losses: inputs.losses.map((path) => ({ path, labels: { seed } })), evaluations: inputs.evaluations.map(({ path, labels }) => ({ path, labels: { ...labels, seed } })) });
    const [a, b] = [of(1, first), of(2, second)];
    await expect(solved({ losses: [...a.losses, ...b.losses], evaluations: [...a.evaluations, ...b.evaluations] })).rejects.toThrow('seed 2 alone: the loss did not fall');
  });

  it('writes null with a reason for an unbounded number', async () => {
    const inputs = await acquisition(temporaryFolder(), (evaluation, step) => ({ ...evaluation, passRate: step === 4 ? 0.9 : 0.1 }));
    const mix = await solved(inputs, { epsilon: 0.3 });
    expect(mix).toMatchObject({ nStar: null, nUse: null, tokens: { php: null }, shares: { php: null } });
    expect(mix.reasons['nUse']).toContain('no number of available tokens');
  });

  it('says what is missing', async () => {
    await expect(solved({})).rejects.toThrow('missing input: losses, evaluations');
    await expect(solved(await acquisition(temporaryFolder()), { dominantTokens: null })).rejects.toThrow('tokens of python');
    await expect(solved(await acquisition(temporaryFolder()), { initWindow: [90, 100] })).rejects.toThrow('initial window');
  });
});
