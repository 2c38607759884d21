import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { problemNumber, type Evaluation } from '../../src/tasks/formats/evaluation.js';
import { requiredShare as kind } from '../../src/tasks/required-share/kind.js';
import { run } from '../../src/tasks/required-share/run.js';
import { requiredProblems, shareOfCheckpoint } from '../../src/tasks/required-share/share.js';
import { removeRigs, runTask, temporaryFolder } from './task-rig.js';

afterAll(removeRigs);

/** An evaluation of problems 1..total, of which the listed ones are solved. */
function evaluation(language: string, solved: readonly number[], total = 6, name = (number: number) => `World/${number}`): Evaluation {
  const problems = Array.from({ length: total }, (_, index) => ({ task_id: name(index + 1), passed: solved.includes(index + 1) }));
  return { language, problems, passed: solved.length, total, passRate: solved.length / total, heldOut: null };
}

const python = evaluation('python', [1, 2, 3, 4]);
const php = evaluation('php', [1, 5]);

describe('required-share', () => {
  it('requires what the dominant model solves and the new language\'s own model does not', () => {
    expect([...requiredProblems(python, php, []).required]).toEqual([2, 3, 4]);
  });

  it('is the part of the correct answers that is required', () => {
    const problems = requiredProblems(python, php, []);
    expect(shareOfCheckpoint(problems, python, evaluation('php', [1, 2, 3, 6]))).toEqual({ solved: 4, requiredSolved: 2, share: 0.5, jaccard: 3 / 5 });
  });

  it('is null with a reason, not 0, when nothing is solved', () => {
    expect(shareOfCheckpoint(requiredProblems(python, php, []), python, evaluation('php', []))).toMatchObject({ share: null, reason: 'no problem is solved' });
  });

  it('matches translations by number and leaves out problems that one of them lacks', () => {
    expect([problemNumber('HumanEval/23'), problemNumber('HumanEval_23_strlen'), problemNumber('none')]).toEqual([23, 23, null]);
    const translated = evaluation('php', [1, 4], 3, (number) => `HumanEval_${number}_f2`);
    const { common, required } = requiredProblems(python, translated, []);
    expect([...common]).toEqual([1, 2, 3]);
    expect([...required]).toEqual([2, 3]);
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
        { seed: '1', step: 10, solved: 0, requiredSolved: 0, share: null, reason: 'no problem is solved', jaccard: 0 },
        { seed: '1', step: 20, solved: 2, requiredSolved: 1, share: 0.5, jaccard: 0.5 },
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
