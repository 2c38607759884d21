import { describe, expect, it } from 'vitest';
import { runsText, taskResultsText } from '../../src/cli/history-text.js';
import type { RecordedRun } from '../../src/engine/runs/recorded-run.js';
import type { TaskResult } from '../../src/engine/runs/task-results.js';

const at = Date.UTC(2026, 4, 3, 10, 22);
const run = (id: string, over: Partial<RecordedRun> = {}): RecordedRun => ({
  run: id, pipeline: 'demo', file: 'demo.yaml', params: {}, startedAt: at, outcome: 'succeeded', ms: 1_500, executed: 1, cached: 2, failed: 0, skipped: 0, ...over,
});
const result = (id: string, over: Partial<TaskResult> = {}): TaskResult => ({
  run: id, task: 'train', at, outcome: 'executed', ms: 1_500, bytes: 1, attempts: 1, reason: { kind: 'never-run' }, failures: [], fingerprint: 'a'.repeat(64), ...over,
});

describe('history', () => {
  it('tells the newest run first, each with what changed since the one before', () => {
    const text = runsText([
      { run: run('01A'), changes: undefined },
      { run: run('01B', { outcome: 'killed', failed: 1, executed: 0 }), changes: [{ pointer: '/model/rate', before: 1, after: 2 }] },
      { run: run('01C', { startedAt: undefined }), changes: [] },
    ], 4);
    expect(text).toBe(`\
run  began                 pipeline  outcome    took  tasks                 parameters
01C  unknown               demo      succeeded  1.5s  1 executed, 2 cached
01B  2026-05-03 10:22 UTC  demo      killed     1.5s  2 cached, 1 failed    model.rate 1 -> 2
01A  2026-05-03 10:22 UTC  demo      succeeded  1.5s  1 executed, 2 cached  (the first run)
and 4 earlier runs; --all lists them
`);
  });

  it('tells of a task each result that it has had, and of cached ones those that went back to another', () => {
    const other = 'b'.repeat(64);
    const text = taskResultsText([
      result('01A'), result('01B', { outcome: 'cached', ms: undefined }), result('01C', { fingerprint: other, reason: { kind: 'code-changed' } }),
      result('01D', { outcome: 'cached', ms: undefined, reason: undefined }),
      result('01E', { outcome: 'failed', fingerprint: undefined, attempts: 2, failures: [{ kind: 'timeout', message: 'too slow\nby far' }] }),
    ]);
    expect(text.split('\n').map((line) => line.split(/ {2,}/).slice(2))).toEqual([
      ['outcome', 'fingerprint', 'took', 'run', 'why'],
      ['failed', '-', '1.5s', '01E', 'too slow (2 attempts)'],
      ['cached', 'aaaaaaaaaaaa', '-', '01D'],
      ['executed', 'bbbbbbbbbbbb', '1.5s', '01C', 'its code changed'],
      ['executed', 'aaaaaaaaaaaa', '1.5s', '01A', 'no earlier result'],
      [],
    ]);
  });
});
