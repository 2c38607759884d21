import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { problemNumber, type Evaluation } from '../../src/tasks/formats/evaluation.js';
import { requiredShare as kind } from '../../src/tasks/required-share/kind.js';
import { run } from '../../src/tasks/required-share/run.js';
import { commonProblems, requiredProblems, shareOfCheckpoint, type RequiredProblems } from '../../src/tasks/required-share/share.js';
import { removeRigs, runTask, temporaryFolder } from './task-rig.js';

afterAll(removeRigs);

/** An evaluation of problems 1..total, of which the listed ones are solved. */
function evaluation(language: string, solved: readonly number[], total = 6, name = (number: number) => `World/${number}`): Evaluation {
  const problems = Array.from({ length: total }, (_, index) => ({ task_id: name(index + 1), passed: solved.includes(index + 1) }));
  return { language, problems, passed: solved.length, total, passRate: solved.length / total, heldOut: null };
}

const python = evaluation('python', [1, 2, 3, 4]);
const php = evaluation('php', [1, 5]);

function required(dominant: readonly Evaluation[], monolingual: readonly Evaluation[]): RequiredProblems {
  return requiredProblems({ dominant, monolingual }, commonProblems([...dominant, ...monolingual]));
}

describe('required-share', () => {
  it('requires what the dominant model solves and the new language\'s own model does not', () => {
    expect([...required([python], [php]).required]).toEqual([2, 3, 4]);
  });

  it('is the part of the correct answers that is required', () => {
    const problems = required([python], [php]);
    expect(shareOfCheckpoint(problems, evaluation('php', [1, 2, 3, 6]))).toEqual({ required: 3, solved: 4, requiredSolved: 2, share: 0.5, jaccard: 3 / 5 });
  });

  it('is null with a reason, not 0, when nothing is solved', () => {
    expect(shareOfCheckpoint(required([python], [php]), evaluation('php', []))).toMatchObject({ share: null, reason: 'no problem is solved' });
  });

  it('matches translations by number and leaves out problems that one of them lacks', () => {
    expect([problemNumber('HumanEval/23'), problemNumber('HumanEval_23_strlen'), problemNumber('none')]).toEqual([23, 23, null]);
    const translated = evaluation('php', [1, 4], 3, (number) => `HumanEval_${number}_f2`);
    const problems = required([python], [translated]);
    expect([...problems.common]).toEqual([1, 2, 3]);
    expect([...problems.required]).toEqual([2, 3]);
  });

  it('takes of several seeds what at least half of them solve', () => {
    const seeds = [evaluation('python', [1, 2, 3]), evaluation('python', [1, 2]), evaluation('python', [1, 4])];
    expect([...required(seeds, [php]).byDominant]).toEqual([1, 2]);
    expect([...required(seeds.slice(0, 2), [php]).byDominant]).toEqual([1, 2, 3]);
    expect([...required([python], [php, evaluation('php', [2, 5]), evaluation('php', [2])]).required]).toEqual([1, 3, 4]);
  });
});

describe('the required-share task', () => {
  async function write(name: string, value: Evaluation, folder: string): Promise<string> {
    await writeFile(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  }

  it('gives a curve by step', async () => {
    const folder = temporaryFolder();
    const { output } = await runTask(kind, run, {
      inputs: {
        dominant: [await write('python.json', python, folder)],
        monolingual: [await write('php.json', php, folder)],
        evaluations: [
          { path: await write('20.json', evaluation('php', [1, 2]), folder), labels: { seed: 1, step: 20 } },
          { path: await write('10.json', evaluation('php', []), folder), labels: { seed: 1, step: 10 } },
        ],
      },
    });
    expect(JSON.parse(await readFile(output('share'), 'utf8'))).toEqual({
      dominant: 'python', target: 'php', problems: 6, required: [2, 3, 4],
      curve: [
        { seed: '1', step: 10, required: 3, solved: 0, requiredSolved: 0, share: null, reason: 'no problem is solved', jaccard: 0, own: null },
        { seed: '1', step: 20, required: 3, solved: 2, requiredSolved: 1, share: 0.5, jaccard: 0.5, own: null },
      ],
    });
  });

  it('also gives each seed its share by the dominant model of its own seed', async () => {
    const folder = temporaryFolder();
    const seeded = async (name: string, value: Evaluation, seed: number) => ({ path: await write(`${name}-${seed}.json`, value, folder), labels: { seed, ...(name === 'run' ? { step: 20 } : {}) } });
    const { output } = await runTask(kind, run, {
      inputs: {
        dominant: [await seeded('python', evaluation('python', [1, 2]), 1), await seeded('python', evaluation('python', [1, 2, 3]), 2), await seeded('python', evaluation('python', [1]), 3)],
        monolingual: [await write('php.json', evaluation('php', [1]), folder)],
        evaluations: [await seeded('run', evaluation('php', [1, 2, 3]), 2), await seeded('run', evaluation('php', [2]), 3), await seeded('run', evaluation('php', [2]), 9)],
      },
    });
    expect(JSON.parse(await readFile(output('share'), 'utf8'))).toMatchObject({
      required: [2],
      curve: [
        { seed: '2', required: 1, requiredSolved: 1, share: 1 / 3, own: { required: 2, solved: 3, requiredSolved: 2, share: 2 / 3 } },
        { seed: '3', share: 1, own: { required: 0, share: 0 } },
        { seed: '9', share: 1, own: null },
      ],
    });
  });

  it('keeps the reason why no program was run', async () => {
    const folder = temporaryFolder();
    const none = (language: string): Evaluation => ({ ...evaluation(language, [], 0), passRate: null, reason: 'php is not installed' });
    const { output } = await runTask(kind, run, {
      inputs: {
        dominant: [await write('python.json', none('python'), folder)],
        monolingual: [await write('php.json', none('php'), folder)],
        evaluations: [await write('10.json', none('php'), folder)],
      },
    });
    expect(JSON.parse(await readFile(output('share'), 'utf8'))).toMatchObject({ curve: [{ share: null, reason: 'no problem was run: php is not installed' }] });
  });

  it('refuses an evaluation in another language', async () => {
    const folder = temporaryFolder();
    const paths = [await write('python.json', python, folder), await write('php.json', php, folder), await write('go.json', evaluation('go', [1]), folder)] as const;
    await expect(runTask(kind, run, { inputs: { dominant: [paths[0]], monolingual: [paths[1]], evaluations: [paths[2]] } })).rejects.toThrow('go');
  });
});
