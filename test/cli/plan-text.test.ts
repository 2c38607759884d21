import { describe, expect, it } from 'vitest';
import { planJson, planText } from '../../src/cli/plan-text.js';
import type { PlanStep } from '../../src/engine/plan.js';
import type { Reason } from '../../src/engine/reason.js';
import { colorsFor } from '../../src/reporters/format.js';
import { pipeline, plan, reads, task } from './pipelines.js';

const options = { colors: colorsFor(false), cores: 2, expanded: false };
const preimage = { format: 'pipelines/fingerprint/v1', kind: 'exec', version: 1, code: 'c', parameters: {}, inputs: {}, environment: {}, runtime: {} } as const;

function willRun(reason: Reason, estimateMs: number | null = 1_000): PlanStep {
  return { kind: 'will-run', fingerprint: 'f'.repeat(64), preimage, reason, estimateMs, estimateBytes: null };
}

function mayRun(upstream: string): PlanStep {
  return { kind: 'may-run', reason: { kind: 'upstream-runs', upstream }, estimateMs: 500, estimateBytes: null };
}

describe('plan text', () => {
  it('says in one line what there is, and then each group of tasks that run for one reason', () => {
    const tasks = pipeline(
      task(0, 'train(step=1)'), task(1, 'train(step=2)'), task(2, 'evaluate(step=1)', { inputs: reads(0) }), task(3, 'evaluate(step=2)', { inputs: reads(1) }), task(4, 'report', { inputs: reads(2, 3) }),
    );
    const changed: Reason = { kind: 'parameter-changed', pointer: '/rate', before: 1, after: 2, position: { line: 7, column: 3 } };
    const text = planText(plan(tasks, [willRun(changed), willRun(changed), mayRun('train(step=1)'), mayRun('train(step=2)'), mayRun('evaluate(step=1)')], 65_000), options);
    expect(text).toBe(`\
demo: 5 tasks, 0 cached, 2 will run, 3 may run, about 1m 5s on 2 cores

will run
  train x 2  2s in all  rate 1 -> 2 (line 7)

may run (still cached where what they read comes out the same)
  evaluate x 2  1s in all  depends on train
  report        1s         depends on evaluate(step=1), because of train(step=1)

longest chain: train(step=1) -> evaluate(step=1) -> report, 2s
`);
  });

  it('pain 8: says how long it will take and how much room the results need, of each group and of all', () => {
    const tasks = pipeline(task(0, 'a(x=1)'), task(1, 'a(x=2)'));
    const step = (bytes: number | null): PlanStep => ({ ...willRun({ kind: 'never-run' }), estimateBytes: bytes } as PlanStep);
    expect(planText(plan(tasks, [step(1_000_000), step(2_000_000)], 2_000), options)).toMatch(/about 2s on 2 cores, about 3 MB\n[^]*a x 2 {2}2s, 3 MB in all {2}no earlier result/);
    expect(planText(plan(tasks, [step(1_000_000), step(null)], 2_000), options)).not.toContain('MB');
  });

  it('names every task when expanded', () => {
    const tasks = pipeline(task(0, 'a(x=1)'), task(1, 'a(x=2)'));
    const text = planText(plan(tasks, [willRun({ kind: 'never-run' }, null), willRun({ kind: 'never-run' }, null)]), { ...options, expanded: true });
    expect(text).toContain('  a(x=1)    no earlier result\n  a(x=2)    no earlier result\n');
    expect(text).toContain('time unknown (no history)');
  });

  it('says that there is nothing to do', () => {
    expect(planText(plan(pipeline(), [], 0), options)).toBe('demo: 0 tasks, 0 cached, 0 will run, 0 may run, nothing to do\n');
  });

  it('gives programs every task with its step and reason', () => {
    const tasks = pipeline(task(0, 'a'), task(1, 'b', { inputs: reads(0) }), task(2, 'c'));
    expect(planJson(plan(tasks, [willRun({ kind: 'parameter-changed', pointer: '/x', before: undefined, after: 1 }), mayRun('a'), { kind: 'not-selected' }]))).toMatchObject({
      pipeline: 'demo',
      criticalPath: { tasks: ['a', 'b'], ms: 1_500 },
      counts: { cached: 0, 'will-run': 1, 'may-run': 1, 'not-selected': 1 },
      tasks: [
        { id: 'a', step: 'will-run', reason: { kind: 'parameter-changed', pointer: '/x', after: 1 } },
        { id: 'b', step: 'may-run', reason: { kind: 'upstream-runs', upstream: 'a' }, root: 'a' },
        { id: 'c', step: 'not-selected' },
      ],
    });
  });
});
