import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPipeline } from '../../src/engine/load/load-pipeline.js';
import type { RegisteredKind } from '../../src/engine/task-kind.js';
import { readClaims } from '../../src/tasks/compare-claims/rows.js';
import { kinds } from '../../src/tasks/registry.js';
import { disagreements } from '../tasks/claims/agreement.js';
import { taskNames } from '../tasks/claims/raw-artifacts.js';
import { recompute } from '../tasks/claims/recompute.js';
import { Rig, withEvents, type EndedRun } from './rig.js';

// The flagship, tiny: the same tasks as the default run. Found in the package, as a user elsewhere would find it.
const smoke = ['babel-tower.yaml', '--profile', 'smoke'] as const;

const targets = ['cpp', 'csharp', 'go', 'php'];
const namesOfRun = { ...taskNames, scratch: ['scratch-evaluation', 'control-evaluation'] };

/** Names of the YAML tasks behind task ids. */
const namesOf = (ids: readonly string[]) => [...new Set(ids.map((id) => id.replace(/\(.*/, '')))].sort();

describe('babel-tower.yaml', () => {
  let rig: Rig;
  let first: EndedRun;
  beforeAll(async () => {
    rig = await Rig.create();
    first = await rig.run(...smoke);
  }, 120_000);
  afterAll(() => rig.remove());

  it('runs to a report', async () => {
    expect(first.exitCode, first.stderr).toBe(0);
    const page = await rig.read('artifacts', 'babel-tower', 'report', 'report.html');
    expect(page).toContain('<h1>The Rise and Down of Babel Tower</h1>');
    expect(page).toContain('Of the paper\u2019s 28 claims'.replace('\u2019', "'"));
  });

  it('gives every claim of the paper a row, and the figures and tables a section each', async () => {
    const claims = await readClaims(rig.path('artifacts', 'babel-tower', 'claims', 'claims.json'));
    expect(claims.map(({ id }) => id)).toEqual(Array.from({ length: 28 }, (_, index) => index + 1));
    const page = await rig.read('artifacts', 'babel-tower', 'report', 'report.html');
    for (const section of ['figure-1', 'figure-2', 'figure-3', 'figure-4', 'figure-5', 'figure-6', 'figure-7', 'figure-8', 'figure-9', 'table-1', 'table-2']) expect(page).toContain(`<section id="${section}"`);
  });

  it('judges as a separate computation from the raw artifacts does', async () => {
    expect(disagreements(await readClaims(rig.path('artifacts', 'babel-tower', 'claims', 'claims.json')), recompute(rig.path('artifacts', 'babel-tower'), namesOfRun))).toEqual([]);
  });

  it('runs nothing the second time', async () => {
    const second = await rig.run(...smoke);
    expect(second.executed).toEqual([]);
    expect(second.exitCode).toBe(0);
  });

  it('reruns only what depends on the amounts when they change, as the plan said; why names the parameter', async () => {
    const changed = [...smoke, '-p', 'fractions=[0.25,0.5]'] as const;
    const plan = await rig.pipelines(['plan', ...changed]);
    const why = await rig.pipelines(['why', smoke[0], 'report', ...changed.slice(1)]);
    const run = await rig.run(...changed);
    const dependent = ['budget-evaluation', 'budget-neurons', 'budget-retained', 'budget-run', 'budget-tokens', 'budget-working-language', 'claims', 'measurements', 'report'];
    expect(namesOf(run.executed)).toEqual(dependent);
    expect(run.executed.filter((id) => id.startsWith('budget-run'))).toEqual(targets.map((language) => `budget-run(language=${language},fraction=0.5,step=20)`));
    const planned = [...plan.stdout.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name);
    expect([...new Set(planned)].sort()).toEqual(dependent);
    expect(why.stdout).toMatch(/share +\S+ -> 0\.5 .*from params\.fractions/);
  });

  it('continues the acquisition from its last segment when it gets more steps', async () => {
    const run = await rig.run(...smoke, '-p', 'steps=50');
    expect(run.executed.filter((id) => id.startsWith('acquire'))).toEqual(targets.flatMap((language) => [1, 2].map((seed) => `acquire(language=${language},seed=${String(seed)},step=50)`)));
    expect(namesOf(run.executed)).not.toContain('dominant-run');
  });

  it('repeats no finished task after kill -9, and the store verifies clean', async () => {
    const other = await Rig.create();
    try {
      const started = other.start(['run', ...smoke, '--reporter', 'json']);
      await other.until('artifacts/babel-tower/acquire(language=php,seed=1,step=20)/losses.jsonl');
      started.kill('SIGKILL');
      const killed = withEvents({ ...await started.ended, stdout: completeLines((await started.ended).stdout) });
      expect(killed.executed).toContain('acquire(language=php,seed=1,step=10)');
      const again = await other.run(...smoke);
      expect(again.exitCode, again.stderr).toBe(0);
      expect(again.executed.filter((id) => killed.executed.includes(id))).toEqual([]);
      expect(again.cached).toEqual(expect.arrayContaining([...killed.executed]));
      expect(await other.pipelines(['cache', 'verify'])).toMatchObject({ exitCode: 0 });
    } finally {
      await other.remove();
    }
  }, 120_000);
});

// The smoke run solves next to nothing, so most verdicts are trivial there; the default run's are not, where somebody has run it.
const artifacts = fileURLToPath(new URL('../../artifacts/babel-tower', import.meta.url));
const hasRun = existsSync(join(artifacts, 'claims', 'claims.json'));

describe('the default run in this folder', () => {
  it.skipIf(!hasRun)(`has the verdicts of a separate computation from its raw artifacts${hasRun ? '' : ': skipped (no artifacts; pipelines run babel-tower.yaml makes them)'}`, async () => {
    const recomputed = recompute(artifacts, namesOfRun);
    expect(recomputed.length).toBeGreaterThan(0);
    expect(disagreements(await readClaims(join(artifacts, 'claims', 'claims.json')), recomputed)).toEqual([]);
  });
});

describe('every pipeline that comes with the package', () => {
  const registered = new Map(kinds.map((kind): [string, RegisteredKind] => [kind.name, { kind, codeDigest: '0'.repeat(64) }]));

  it.each([['babel-tower.yaml', undefined], ['babel-tower.yaml', 'smoke'], ['babel-tower.yaml', 'table1'], ['babel-tower.yaml', 'full'], ['real-code.yaml', undefined], ['real-code.yaml', 'smoke']])('loads: %s, profile %s', (name, profile) => {
    const file = fileURLToPath(new URL(`../../pipelines/${name}`, import.meta.url));
    const loaded = loadPipeline(file, readFileSync(file, 'utf8'), registered, profile === undefined ? {} : { profile });
    expect(loaded.kind === 'invalid' ? loaded.diagnostics : []).toEqual([]);
  });
});

/** A killed process may leave half a line. */
function completeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}
