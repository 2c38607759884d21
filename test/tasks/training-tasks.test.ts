import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/engine/json.js';
import { php } from '../../src/languages/php.js';
import type { Problem } from '../../src/languages/problem.js';
import { readCheckpoint } from '../../src/model/checkpoint.js';
import { checkpoint } from '../../src/tasks/checkpoint/kind.js';
import { run as runCheckpoint } from '../../src/tasks/checkpoint/run.js';
import { evaluate } from '../../src/tasks/evaluate/kind.js';
import { run as runEvaluate } from '../../src/tasks/evaluate/run.js';
import type { SolvedProblem } from '../../src/tasks/evaluate/solve-benchmark.js';
import type { Evaluation, HeldOut } from '../../src/tasks/formats/evaluation.js';
import { generateCorpus } from '../../src/tasks/generate-corpus/kind.js';
import { run as runGenerateCorpus } from '../../src/tasks/generate-corpus/run.js';
import { logitLensProbe } from '../../src/tasks/logit-lens-probe/kind.js';
import { run as runLogitLensProbe } from '../../src/tasks/logit-lens-probe/run.js';
import type { WorkingLanguage } from '../../src/tasks/logit-lens-probe/working-language.js';
import { mixCorpora } from '../../src/tasks/mix-corpora/kind.js';
import { run as runMixCorpora } from '../../src/tasks/mix-corpora/run.js';
import { pretrainFromScratch } from '../../src/tasks/pretrain-from-scratch/kind.js';
import { run as runPretrain } from '../../src/tasks/pretrain-from-scratch/run.js';
import { train } from '../../src/tasks/train/kind.js';
import { run as runTrain } from '../../src/tasks/train/run.js';
import { trainTokenizer } from '../../src/tasks/train-tokenizer/kind.js';
import { run as runTrainTokenizer } from '../../src/tasks/train-tokenizer/run.js';
import { removeRigs, runTask, temporaryFolder } from './task-rig.js';

const shape = { layers: 2, width: 16, heads: 2, context: 32, batch: 4, warmup: 2 };

/** Data and a model of 8 steps that the tests below share. */
let data: { php: string; heldout: string; benchmark: string; tokenizer: string; tokens: string };
let model: string;

const pretrain = (parameters: JsonObject, from?: string) => runTask(pretrainFromScratch, runPretrain, {
  parameters: { ...shape, ...parameters }, inputs: { tokens: [data.tokens], ...(from === undefined ? {} : { from: [from] }) },
});
const continued = (parameters: JsonObject, from: string) => runTask(train, runTrain, {
  parameters: { batch: 4, warmup: 2, ...parameters }, inputs: { tokens: [data.tokens], from: [from] },
});
const bytesOf = (folder: string) => ['model.safetensors', 'optimizer.safetensors', 'checkpoint.json'].map((file) => readFileSync(join(folder, file)));

/** PHP's table under another name, as a syntax file. */
function syntaxFile(folder: string, name: string): string {
  const path = join(folder, 'syntax.json');
  const written = (_: string, value: unknown): unknown => (value instanceof RegExp ? value.source : value);
  writeFileSync(path, JSON.stringify({ ...php, name, semantics: 'php' }, written));
  return path;
}
const jsonOf = <T>(path: string) => JSON.parse(readFileSync(path, 'utf8')) as T;

beforeAll(async () => {
  const generate = (language: string) => runTask(generateCorpus, runGenerateCorpus, { parameters: { language, tokens: 6000, concepts: 48 } });
  const generated = await generate('php');
  const shards = generated.output('shards');
  const python = (await generate('python')).output('shards');
  const tokenizer = (await runTask(trainTokenizer, runTrainTokenizer, { parameters: { model: 'word-level', pattern: 'lexemes', vocabularySize: 300 }, inputs: { corpora: [shards, python] } })).output('tokenizer');
  const tokens = (await runTask(mixCorpora, runMixCorpora, { inputs: { corpora: [shards], tokenizer: [tokenizer] } })).output('tokens');
  data = { php: shards, heldout: generated.output('heldout'), benchmark: generated.output('benchmark'), tokenizer, tokens };
  model = (await pretrain({ start: 0, end: 8 })).output('checkpoints');
});
afterAll(removeRigs);

describe('pretrain-from-scratch', () => {
  it('gives the same bytes in two segments as in one', async () => {
    const first = await pretrain({ start: 0, end: 3 });
    const second = await pretrain({ start: 3, end: 8 }, first.output('checkpoints'));
    expect(bytesOf(second.output('checkpoints'))).toEqual(bytesOf(model));
  });

  it('logs each step of its segment once, with a loss that starts at a uniform guess and falls', async () => {
    const run = await pretrain({ start: 0, end: 8 });
    const losses = readFileSync(run.output('losses'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { step: number; loss: number });
    expect(losses.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const { config } = await readCheckpoint(model, { optimizer: false });
    // Weights of standard deviation 0.02 give logits near 0, so the first loss is that of a uniform guess within a few per cent.
    expect(Math.abs((losses[0]?.loss ?? 0) / Math.log(config.vocabulary) - 1)).toBeLessThan(0.05);
    expect(losses[7]?.loss).toBeLessThan(losses[0]?.loss ?? 0);
  });

  it('refuses a width that its heads cannot share', async () => {
    await expect(pretrain({ start: 0, end: 1, heads: 3 })).rejects.toThrow('not a multiple of the 3 heads');
  });

  it('refuses a cosine without an end, which the number of steps must not stand in for', async () => {
    await expect(pretrain({ start: 0, end: 1, schedule: 'cosine' })).rejects.toThrow('needs `decaySteps`');
  });

  it('refuses a context that the tokens cannot fill', async () => {
    await expect(pretrain({ start: 0, end: 1, context: 4000 })).rejects.toThrow('too few');
  });
});

describe('train', () => {
  it('starts anew from the weights: step 0, no moments', async () => {
    const { output } = await continued({ start: 0, end: 1 }, model);
    const after = await readCheckpoint(output('checkpoints'), { optimizer: true });
    expect(after).toMatchObject({ step: 1, optimizerStep: 1, tokensSeen: 4 * 32 });
  });

  it('continues its own segments with their moments, to the same bytes', async () => {
    const whole = await continued({ start: 0, end: 5 }, model);
    const first = await continued({ start: 0, end: 2 }, model);
    const second = await continued({ start: 2, end: 5 }, first.output('checkpoints'));
    expect(bytesOf(second.output('checkpoints'))).toEqual(bytesOf(whole.output('checkpoints')));
  });

  it('depends on the seed through the order of the data', async () => {
    const weights = async (seed: number) => bytesOf((await continued({ start: 0, end: 1, seed }, model)).output('checkpoints'))[0];
    expect(await weights(1)).not.toEqual(await weights(2));
  });
});

describe('checkpoint', () => {
  it('keeps the weights of the step that is asked for, and no moments', async () => {
    const early = (await pretrain({ start: 0, end: 3 })).output('checkpoints');
    const pick = (at: string | number) => runTask(checkpoint, runCheckpoint, { parameters: { at }, inputs: { checkpoints: [model, early] } });
    expect((await readCheckpoint((await pick('last')).output('model'), { optimizer: false })).step).toBe(8);
    expect((await readCheckpoint((await pick(3)).output('model'), { optimizer: false })).step).toBe(3);
    await expect(readCheckpoint((await pick('first')).output('model'), { optimizer: true })).rejects.toThrow('optimizer.safetensors');
    await expect(pick(5)).rejects.toThrow('no checkpoint at step 5');
  });
});

describe('evaluate', () => {
  let problems: Problem[];
  beforeAll(() => { problems = readFileSync(data.benchmark, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Problem); });

  const run = (inputs: Record<string, string[]>) => runTask(evaluate, runEvaluate, { inputs: { model: [model], tokenizer: [data.tokenizer], ...inputs } });

  it('judges every problem of the benchmark', async () => {
    const { output } = await run({ benchmark: [data.benchmark] });
    const result = jsonOf<Evaluation & { problems: SolvedProblem[] }>(output('result'));
    expect(result).toMatchObject({ language: 'php', total: problems.length, heldOut: null });
    expect(result.problems.map(({ task_id }) => task_id)).toEqual(problems.map(({ task_id }) => task_id));
    expect(result.passRate).toBe(result.problems.filter(({ passed }) => passed).length / problems.length);
  });

  it('judges a language that a syntax table defines, and no other', async () => {
    const folder = temporaryFolder();
    const benchmark = join(folder, 'benchmark.jsonl');
    // PHP by another name, as its table would say it.
    writeFileSync(benchmark, problems.map((problem) => `${JSON.stringify({ ...problem, language: 'elephant' })}\n`).join(''));
    await expect(run({ benchmark: [benchmark] })).rejects.toThrow('no syntax table for elephant');
    const result = async (inputs: Record<string, string[]>) => jsonOf<Evaluation>((await run(inputs)).output('result'));
    const named = await result({ benchmark: [benchmark], syntax: [syntaxFile(folder, 'elephant')] });
    expect(named).toEqual({ ...await result({ benchmark: [data.benchmark] }), language: 'elephant' });
  });

  it('gives a checkpoint the same evaluation again, from what the worker kept', async () => {
    const bytes = async () => readFileSync((await run({ benchmark: [data.benchmark], heldout: [data.heldout] })).output('result'));
    expect(await bytes()).toEqual(await bytes());
  });

  it('refuses a benchmark that is empty, broken or of two languages', async () => {
    const benchmark = join(temporaryFolder(), 'benchmark.jsonl');
    for (const [text, message] of [['', 'no problem'], ['{', 'line 1: not JSON'], [[...problems.slice(0, 1), { ...problems[1], language: 'go' }].map((problem) => JSON.stringify(problem)).join('\n'), 'mixes languages: php, go']] as const) {
      writeFileSync(benchmark, text);
      await expect(run({ benchmark: [benchmark] })).rejects.toThrow(message);
    }
  });

  it('measures bits per byte, which a longer training lowers', async () => {
    const bitsPerByte = async (checkpointTree: string) => {
      const { output } = await runTask(evaluate, runEvaluate, { inputs: { model: [checkpointTree], tokenizer: [data.tokenizer], heldout: [data.heldout] } });
      return (jsonOf<{ heldOut: Record<string, HeldOut & { tokens: number; bytes: number }> }>(output('result')).heldOut['php']);
    };
    const early = await bitsPerByte(model);
    const late = await bitsPerByte((await pretrain({ start: 8, end: 40, learningRate: 3e-3 }, model)).output('checkpoints'));
    expect(late?.bitsPerByte).toBeLessThan(early?.bitsPerByte ?? 0);
    // By definition: nats a token, times tokens, in bits, over bytes; the bytes are rounded to whole ones.
    expect(early?.bitsPerByte).toBeCloseTo((early?.loss ?? 0) * (early?.tokens ?? 0) / Math.LN2 / (early?.bytes ?? 1), 2);
  });

  it('has no pass rate without a benchmark, and says so', async () => {
    const { output } = await run({ heldout: [data.heldout] });
    expect(jsonOf<Evaluation>(output('result'))).toMatchObject({ language: 'php', passRate: null, reason: 'no benchmark was given' });
  });
});

describe('logit-lens-probe', () => {
  interface Probe extends WorkingLanguage { prompts: number; hits: number; countedLayers: number; layers: number; dropped: { identifier: string; reason: string }[] }

  const run = (parameters: JsonObject, inputs: Record<string, string[]> = {}) => runTask(logitLensProbe, runLogitLensProbe, {
    parameters: { target: 'php', ...parameters }, inputs: { model: [model], tokenizer: [data.tokenizer], documents: [data.php], ...inputs },
  });

  it('reads every layer at ten places of each identifier that occurs', async () => {
    const result = jsonOf<Probe>((await run({})).output('result'));
    expect(result).toMatchObject({ dominant: 'python', target: 'php', mode: 'forced', layers: 2, countedLayers: 1, dropped: [] });
    expect(result.perIdentifier.map(({ identifier }) => identifier).sort()).toEqual(['array_sum', 'count', 'gettype', 'sort', 'strlen']);
    expect(result.perIdentifier.every(({ prompts }) => prompts <= 10)).toBe(true);
    expect(result.prompts).toBe(result.perIdentifier.reduce((total, { prompts }) => total + prompts, 0));
    expect(result.tokens.total).toBe(result.prompts * result.countedLayers);
    expect(result.perLayer.map(({ layer, total }) => [layer, total])).toEqual([[1, result.prompts], [2, result.prompts]]);
  });

  it('reads only where the model itself would write the identifier, in the mode of the paper', async () => {
    const [forced, generated] = [jsonOf<Probe>((await run({})).output('result')), jsonOf<Probe>((await run({ mode: 'generated' })).output('result'))];
    expect([generated.prompts, generated.hits]).toEqual([forced.prompts, forced.hits]);
    expect(generated.tokens.total).toBe(forced.hits * forced.countedLayers);
  });

  it('asks the same places of every checkpoint', async () => {
    const [one, other] = [await run({}), await run({})].map(({ output }) => readFileSync(output('result'), 'utf8'));
    expect(one).toBe(other);
  });

  it('names the identifiers that cannot be probed, in the result and in the log', async () => {
    const phpOnly = await runTask(trainTokenizer, runTrainTokenizer, { parameters: { model: 'word-level', pattern: 'lexemes', vocabularySize: 300 }, inputs: { corpora: [data.php] } });
    const { output, log } = await run({}, { tokenizer: [phpOnly.output('tokenizer')] });
    const { dropped, perIdentifier } = jsonOf<Probe>(output('result'));
    expect(dropped).toContainEqual({ identifier: 'strlen', reason: 'the tokenizer has no token that Python\'s len begins with' });
    expect(perIdentifier.some(({ identifier }) => identifier === 'strlen')).toBe(false);
    expect(log).toEqual(dropped.map(({ identifier, reason }) => `warning: ${identifier} is not probed: ${reason}`));
  });

  it('refuses a language without identifiers, and one that nothing defines', async () => {
    await expect(run({ target: 'python' })).rejects.toThrow('python has no identifiers');
    await expect(run({ target: 'cobol' })).rejects.toThrow('no syntax table for cobol');
  });

  it('refuses to leave out every layer', async () => {
    await expect(run({ excludeLast: 2 })).rejects.toThrow('leaves no layer');
  });
});
