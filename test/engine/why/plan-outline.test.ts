import { describe, expect, it } from 'vitest';
import type { Plan, PlanStep } from '../../../src/engine/plan.js';
import { outlineOf } from '../../../src/engine/why/plan-outline.js';
import { pipelineOf, type TaskSpec } from '../run/rig.js';

const specs: readonly TaskSpec[] = [{ id: 'a' }, { id: 'b', from: ['a'] }, { id: 'c', from: ['a'] }, { id: 'd', from: ['b', 'c'] }, { id: 'e' }];

function planOf(steps: Readonly<Record<string, PlanStep | undefined>>): Plan {
  const pipeline = pipelineOf(specs);
  return { pipeline, snapshots: new Map(), estimateMs: null, steps: pipeline.tasks.map(({ id }) => steps[id] ?? { kind: 'not-selected' }) };
}

const preimage = { format: 'pipelines/fingerprint/v1', kind: 'k', version: 1, code: 'c', parameters: {}, inputs: {}, environment: {}, runtime: {} } as const;
const willRun = (estimateMs: number | null, estimateBytes: number | null = 1): PlanStep => ({ kind: 'will-run', fingerprint: 'f', preimage, reason: { kind: 'never-run' }, estimateMs, estimateBytes });
const mayRun = (estimateMs: number, estimateBytes = 1): PlanStep => ({ kind: 'may-run', reason: { kind: 'upstream-runs', upstream: '' }, estimateMs, estimateBytes });

describe('the outline of a plan', () => {
  it('finds the chain that takes longest, and the root of each task that may run', () => {
    const { criticalPath, roots, estimateBytes } = outlineOf(planOf({ a: willRun(10), b: mayRun(5), c: mayRun(50), d: mayRun(1), e: willRun(20) }));
    expect(criticalPath).toMatchObject({ tasks: [{ id: 'a' }, { id: 'c' }, { id: 'd' }], ms: 61 });
    expect(roots).toEqual([0, 0, 0, 0, 4]);
    expect(estimateBytes).toBe(5);
  });

  it('starts where something runs', () => {
    const { criticalPath, roots } = outlineOf(planOf({ c: willRun(3), d: mayRun(4) }));
    expect(criticalPath).toMatchObject({ tasks: [{ id: 'c' }, { id: 'd' }], ms: 7 });
    expect(roots[3]).toBe(2);
  });

  it('knows nothing of what has no history, and nothing of nothing', () => {
    expect(outlineOf(planOf({ a: willRun(null, null), b: mayRun(1) }))).toMatchObject({ criticalPath: undefined, estimateBytes: null });
    expect(outlineOf(planOf({}))).toMatchObject({ criticalPath: undefined, estimateBytes: 0 });
  });
});
