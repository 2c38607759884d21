import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toySyntax } from '../languages/toy.js';
import { Rig, type EndedRun } from './rig.js';

const shipped = fileURLToPath(new URL('../../pipelines/babel-tower.yaml', import.meta.url));
/** The line of the last language. */
const anchor = /^ {4}cpp: \{ tokens: .*\n/m;

// What is claimed: one new file, which defines the language, and one new line of YAML, which names it.
describe('a sixth language', () => {
  let rig: Rig;
  let run: EndedRun;
  beforeAll(async () => {
    rig = await Rig.create();
    const text = await readFile(shipped, 'utf8');
    expect(text.match(anchor)).toHaveLength(1);
    await rig.write('toy.yaml', toySyntax);
    await rig.write('tower.yaml', text.replace(anchor, (line) => `${line}    toy: { tokens: 10000, coverage: 0.5, syntax: ./toy.yaml }\n`));
    run = await rig.run('tower.yaml', '--profile', 'smoke', '--until', 'report');
  }, 180_000);
  afterAll(() => rig.remove());

  it('is written, learnt, probed, solved and reported like the others', async () => {
    expect(run.exitCode, run.stderr).toBe(0);
    for (const name of ['corpus', 'acquire', 'target-evaluation', 'working-language', 'transferring-neurons', 'solve', 'budget-evaluation', 'solved-evaluation']) {
      expect(run.executed.concat(run.cached).filter((id) => id.startsWith(`${name}(`) && id.includes('language=toy')), name).not.toEqual([]);
    }
    const evaluation = JSON.parse(await rig.read('artifacts', 'babel-tower', 'target-evaluation(language=toy,seed=1,step=40)', 'evaluation.json')) as { language: string; total: number };
    expect(evaluation).toMatchObject({ language: 'toy' });
    expect(evaluation.total).toBeGreaterThan(10);
    expect(await rig.read('artifacts', 'babel-tower', 'report', 'report.html')).toContain('toy');
  });

  it('has a place in the pooled mix', async () => {
    const pooled = JSON.parse(await rig.read('artifacts', 'babel-tower', 'pooled', 'pooled-mix.json')) as { tokens: Record<string, number> };
    expect(pooled.tokens.toy).toBeGreaterThan(0);
  });

  it('reruns only what reads it when its syntax changes', async () => {
    await rig.write('toy.yaml', toySyntax.replace("print: 'show({value});'", "print: 'shout({value});'"));
    const plan = await rig.pipelines(['why', 'tower.yaml', 'corpus(language=toy)', '--profile', 'smoke']);
    expect(plan.stdout).toContain('syntax');
    const other = await rig.pipelines(['why', 'tower.yaml', 'corpus(language=php)', '--profile', 'smoke']);
    expect(other.stdout).not.toContain('syntax');
  });
});
