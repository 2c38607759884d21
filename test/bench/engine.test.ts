import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entrant, tooSlow } from '../../bench/engine/contest.js';
import { coneOf, layeredDag, valuesOf, type LayeredDag } from '../../bench/engine/dag.js';
import { Project } from '../../bench/engine/project.js';
import { summarise } from '../../bench/engine/summary.js';
import { allTools } from '../../bench/engine/tools.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const shapes = fc.record({ width: fc.constantFrom(10, 20, 100), layers: fc.integer({ min: 1, max: 12 }) });

describe('the layered DAG', () => {
  it('has one source a task in the first layer, and three tasks of the layer above in every other', () => {
    fc.assert(fc.property(shapes, ({ width, layers }) => {
      const { tasks } = layeredDag(width * layers, width);
      expect(tasks).toHaveLength(width * layers);
      expect(edges(tasks)).toBe(width + 3 * (width * layers - width));
      for (const { index, reads, readsSources } of tasks) {
        const layer = Math.floor(index / width);
        expect(readsSources).toBe(layer === 0);
        expect(new Set(reads).size).toBe(layer === 0 ? 1 : 3);
        expect(reads.every((read) => Math.floor(read / width) === Math.max(0, layer - 1))).toBe(true);
      }
    }), { numRuns: 20 });
  });

  it('has in the cone of a source just the tasks from which a path leads back to it', () => {
    fc.assert(fc.property(shapes, fc.nat(), ({ width, layers }, any) => {
      const dag = layeredDag(width * layers, width);
      const source = any % width;
      expect(coneOf(dag, source)).toEqual(dag.tasks.map(({ index }) => index).filter((task) => leadsBackTo(dag, source, new Map())(task)));
    }), { numRuns: 30 });
  });

  it('gives another number to the whole cone of a changed source, and to nothing else', () => {
    const dag = layeredDag(1_000);
    const sources = Array.from({ length: 100 }, (_, source) => source);
    const before = valuesOf(dag, sources);
    const after = valuesOf(dag, sources.with(42, 1_042));
    expect(dag.tasks.map(({ index }) => index).filter((task) => before[task] !== after[task])).toEqual(coneOf(dag, 42));
  });
});

// Every number depends on each edge with a weight of its own: equal numbers everywhere are equal graphs.
describe.each(allTools(main, process.env))('$name', (tool) => {
  const dag = layeredDag(30, 10);
  const found = tool.find();
  let parent: string;
  beforeAll(() => { parent = mkdtempSync(join(tmpdir(), 'bench-test-')); });
  afterAll(() => { rmSync(parent, { recursive: true, force: true, maxRetries: 5 }); });

  it('builds the same DAG, nothing when nothing changed, and the cone of a changed source', async (context) => {
    if (found.kind === 'absent' && tool.name.startsWith('ours')) throw new Error(found.reason);
    if (found.kind === 'absent') context.skip(found.reason);
    const project = new Project(tool, dag, parent);

    expect(await project.countedBuild(60_000)).toMatchObject({ timing: { kind: 'measured' }, executed: 30 });
    expect(project.wrongOutput()).toBeNull();
    expect(await project.countedBuild(60_000)).toMatchObject({ timing: { kind: 'measured' }, executed: 0 });

    project.changeSource(4);
    for (const command of [tool.preview, tool.explain(29)]) {
      if (command !== null) expect(await project.run(command, 60_000)).toMatchObject({ kind: 'measured' });
    }
    expect(project.wrongOutput()).not.toBeNull();
    expect(await project.countedBuild(60_000)).toMatchObject({ timing: { kind: 'measured' }, executed: coneOf(dag, 4).length });
    expect(project.wrongOutput()).toBeNull();
  }, 180_000);
});

describe('the contest', () => {
  it('leaves a tool out of a size at which its first run would exceed the limit, and says how long it would take', () => {
    const [one] = allTools(main, {}).map((tool) => entrant(tool));
    one?.timings.first.push({ kind: 'measured', wallMs: 60_000, cpuMs: null, peakBytes: null });

    expect(tooSlow(one, 100, 300, 180_000)).toBeNull();
    expect(tooSlow(one, 100, 1_000, 180_000)).toBe('first run would take about 10 min, judged by N = 100');
    expect(tooSlow(undefined, 0, 100_000, 180_000)).toBeNull();
  });
});

describe('the summary', () => {
  it('compares turn by turn, so that a slow minute of the machine strikes both alike', () => {
    const [ours, make] = allTools(main, {}).filter(({ name }) => name === 'ours' || name === 'make').map((tool) => entrant(tool));
    if (!ours || !make) throw new Error('both are tools');
    const took = (wallMs: number) => ({ kind: 'measured', wallMs, cpuMs: null, peakBytes: null }) as const;
    ours.timings['no-op'].push(took(10), took(1_000), took(20));
    make.timings['no-op'].push(took(5), took(500), undefined, took(7));

    expect(summarise(make, ours).phases['no-op']).toEqual({ turns: 3, wallMs: { median: 7, least: 5, most: 500 }, peakBytes: null, wallRatio: 0.5, cpuRatio: null });
    expect(summarise(make, ours).phases.first).toBeNull();
  });
});

function edges(tasks: LayeredDag['tasks']): number {
  return tasks.reduce((sum, { reads }) => sum + reads.length, 0);
}

/** Looks upwards from a task, where `coneOf` goes downwards from the source. */
function leadsBackTo({ tasks }: LayeredDag, source: number, known: Map<number, boolean>): (task: number) => boolean {
  const leads = (index: number): boolean => {
    const task = tasks[index];
    if (task === undefined) return false;
    const answer = known.get(index) ?? (task.readsSources ? task.reads.includes(source) : task.reads.some(leads));
    known.set(index, answer);
    return answer;
  };
  return leads;
}
