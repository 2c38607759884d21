import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRig, pipelineOf, type Rig, type RigRun, type TaskSpec } from './rig.js';

/** A DAG as numbers: task i reads a subset of the tasks before it, has a text, and perhaps coarsens what it read. */
interface Shape { readonly text: number; readonly modulo: number; readonly reads: readonly boolean[] }

const tasks = 6;
const shape = fc.record({
  text: fc.nat(2),
  modulo: fc.constantFrom(0, 0, 2, 3),
  reads: fc.array(fc.boolean(), { minLength: tasks, maxLength: tasks }),
});
const dag = fc.array(shape, { minLength: tasks, maxLength: tasks });

const specsOf = (shapes: readonly Shape[]): TaskSpec[] => shapes.map(({ text, modulo, reads }, index) => ({
  id: `t${index}`,
  with: { text: String(text), modulo },
  from: shapes.slice(0, index).flatMap((_, upstream) => (reads[upstream] ? [`t${upstream}`] : [])),
}));

/** What a task writes, by a second implementation: everything that can matter, and nothing else. */
function contentsOf(specs: readonly TaskSpec[]): Map<string, string> {
  const contents = new Map<string, string>();
  for (const { id, with: parameters, from = [] } of specs) {
    const text = [parameters?.['text'], ...from.flatMap((upstream) => ['{}', contents.get(upstream)])].join('|');
    const modulo = parameters?.['modulo'] as number;
    const sum = Array.from(text).reduce((total, character) => total + character.charCodeAt(0), 0);
    contents.set(id, modulo === 0 ? text : String(sum % modulo));
  }
  return contents;
}

/** A key for all that a task's result depends on. */
function keysOf(specs: readonly TaskSpec[]): string[] {
  const contents = contentsOf(specs);
  return specs.map((spec) => JSON.stringify([spec.with, (spec.from ?? []).map((upstream) => contents.get(upstream))]));
}

function published(rig: Rig, specs: readonly TaskSpec[]): Map<string, string> {
  return new Map(specs.map(({ id }) => [id, readFileSync(join(rig.folder, 'artifacts', 'rig', id, 'text.txt'), 'utf8')]));
}

describe('a run with a cache, for any DAG and any edits', () => {
  it('gives what a run without one gives, and executes the minimal set', { timeout: 180_000 }, async () => {
    await fc.assert(fc.asyncProperty(fc.array(dag, { minLength: 1, maxLength: 4 }), async (edits) => {
      const rig = await makeRig();
      const known = new Set<string>();
      for (const shapes of edits) {
        const specs = specsOf(shapes);
        const run: RigRun = await rig.run(pipelineOf(specs));
        expect(run.summary.outcome).toBe('succeeded');
        expect(published(rig, specs)).toEqual(contentsOf(specs));
        const missing = new Set(keysOf(specs).filter((key) => !known.has(key)));
        expect(run.executed).toHaveLength(missing.size);
        const executedKeys = new Set(run.executed.map((id) => keysOf(specs)[specs.findIndex((spec) => spec.id === id)]));
        expect(executedKeys).toEqual(missing);
        for (const key of missing) known.add(key);
      }
    }), { numRuns: 30 });
  });
});
