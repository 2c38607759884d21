import { describe, expect, it } from 'vitest';
import { comparisonText } from '../../src/cli/diff-text.js';
import type { ChangedTask, RunComparison } from '../../src/engine/runs/compare-runs.js';
import type { RecordedRun } from '../../src/engine/runs/recorded-run.js';
import { colorsFor } from '../../src/reporters/format.js';

const run = (id: string, ms: number): RecordedRun => ({
  run: id, pipeline: 'demo', file: 'demo.yaml', params: {}, startedAt: Date.UTC(2026, 4, 3, 10, 22), outcome: 'succeeded', ms, executed: 3, cached: 2, failed: 0, skipped: 0,
});
const nothing: RunComparison = { parameters: [], added: [], removed: [], same: 4, changed: [], metrics: [] };
const text = (comparison: Partial<RunComparison>, all = false): string => comparisonText(run('01A', 1_000), run('01B', 2_000), { ...nothing, ...comparison }, { colors: colorsFor(false), all });
const changed = (task: string, over: Partial<ChangedTask> = {}): ChangedTask => ({
  task, cause: { kind: 'parameter-changed', pointer: '/rate', before: 1, after: 2 }, msBefore: 1_000, msAfter: 3_000, ...over,
  outputs: [{ output: 'out', before: { type: 'file', digest: 'a'.repeat(64), bytes: 10 }, after: { type: 'file', digest: 'b'.repeat(64), bytes: 1_000 } }],
});

describe('the difference of two runs, told', () => {
  it('says of two runs with equal results that they are equal, and nothing else', () => {
    expect(text({})).toBe(`\
- 01A  2026-05-03 10:22 UTC  demo  succeeded in 1s  3 executed, 2 cached
+ 01B  2026-05-03 10:22 UTC  demo  succeeded in 2s  3 executed, 2 cached
4 tasks with the same result, 0 with another, 0 added, 0 removed
`);
  });

  it('shows each part: parameters, tasks, results with their cause and size, numbers, durations', () => {
    const told = text({
      parameters: [{ pointer: '/model/rate', before: 1, after: 2 }], added: ['new(x=1)', 'new(x=2)'], removed: ['old'],
      changed: [changed('train'), changed('report', { cause: { kind: 'input-changed', input: 'model', upstream: 'train(step=3)' }, msBefore: undefined })],
      metrics: [{ task: 'train', output: 'out', pointer: '/loss', before: 2, after: 1.5 }, { task: 'train', output: 'out', pointer: '/new', before: undefined, after: 7 }],
    });
    expect(told).toContain('\nparameters\n  model.rate  1 -> 2\n');
    expect(told).toContain('\ntasks\n  + new x 2\n  - old\n');
    expect(told).toContain('\n  train   rate 1 -> 2                      out aaaaaaaaaaaa 10 B -> bbbbbbbbbbbb 1 kB\n');
    expect(told).toContain('\n  report  input model changed, from train  out');
    expect(told).toContain('\nmetrics\n  train.out  new   (none) -> 7\n  train.out  loss  2 -> 1.5     -0.5 (-25.0%)\n');
    expect(told).toContain('\ndurations\n  train  1s -> 3s\n');
  });

  it('pain 4: stays on a screen at two thousand tasks, and tells all of them when asked', () => {
    const many = Array.from({ length: 2_000 }, (_, step) => changed(`train(step=${step})`));
    const metrics = many.map(({ task }, step) => ({ task, output: 'out', pointer: `/curve/${step}/loss`, before: 1, after: 2 }));
    const told = text({ changed: many, metrics });
    expect(told.split('\n').length).toBeLessThan(15);
    expect(told).toContain('train x 2000  rate 1 -> 2  2,000 outputs, 20 kB -> 2 MB');
    expect(told).toContain('train.out  curve.*.loss  1 -> 2  +1 (+100%) mean of 2000');
    expect(told).toContain('train x 2000  33m 20s -> 1h 40m');
    expect(text({ changed: many, metrics }, true).split('\n').length).toBeGreaterThan(6_000);
  });

  it('names the largest changes first and counts the rest', () => {
    const metrics = Array.from({ length: 30 }, (_, index) => ({ task: 'a', output: 'out', pointer: `/m${index}`, before: 100, after: 101 + index }));
    const told = text({ metrics });
    expect(told.indexOf('m29')).toBeLessThan(told.indexOf('m28'));
    expect(told).toContain('  and 10 more metrics; --all lists them\n');
  });
});
