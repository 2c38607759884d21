import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Event } from '../../src/engine/event.js';
import { plainReporter } from '../../src/reporters/plain.js';
import { at, failed, finished, recorder, runStarted, started } from './events.js';

function linesFor(...events: readonly Event[]): string[] {
  const output = recorder();
  const reporter = plainReporter(output, { color: false, now: () => 0 });
  for (const event of events) reporter.report(event);
  reporter.close();
  return output.lines();
}

describe('plain reporter', () => {
  it('writes a line for the start, the end and each task that runs, with the reason', () => {
    expect(linesFor(
      runStarted,
      at(0, { kind: 'task-cached', task: 'corpus' }),
      at(0, { kind: 'task-started', task: 'train', attempt: 1, estimateMs: null, reason: { kind: 'parameter-changed', pointer: '/steps', before: 60, after: 120, position: { line: 7, column: 12 } } }),
      finished('train', 0, 3_200),
      at(3_300, { kind: 'task-cached', task: 'report' }),
      at(3_400, { kind: 'run-finished', outcome: 'succeeded', ms: 3_400, executed: 1, cached: 2, failed: 0, skipped: 0 }),
    )).toEqual([
      'babel-tower: 4 tasks, 2 cached, 2 to run on 2 cores, about 10s',
      'started  train  steps 60 -> 120 (line 7)',
      'finished train  3.2s, 1.2 MB',
      'cached   report  same inputs as before',
      'succeeded in 3.4s: 1 executed, 2 cached, 0 failed, 0 skipped',
    ]);
  });

  it('tells a failure with its hint, the end of the log and where the rest is', () => {
    const lines = linesFor(
      runStarted, started('train'),
      at(1, { kind: 'task-log', task: 'train', line: 'loading shards' }),
      failed('train', 900, { message: 'exit code 3', hint: 'is the disk mounted?', log: 'artifacts/x/runs/1/train.log' }),
    );
    expect(lines.slice(2)).toEqual([
      'failed train after 900ms (the task reported an error)',
      '  exit code 3',
      '  hint: is the disk mounted?',
      '  | loading shards',
      '  log: artifacts/x/runs/1/train.log',
    ]);
  });

  it('shows a stack for a bug and for nothing else', () => {
    const stack = 'Error: x\n    at run (train.js:1:1)';
    expect(linesFor(runStarted, started('a'), failed('a', 1, { kind: 'bug', stack })).join('\n')).toContain('at run (train.js:1:1)');
    expect(linesFor(runStarted, started('a'), failed('a', 1, { kind: 'task-error', stack })).join('\n')).not.toContain('train.js');
  });

  it('does not repeat log lines that the message quotes', () => {
    const lines = linesFor(runStarted, started('a'), at(1, { kind: 'task-log', task: 'a', line: 'no such file' }), failed('a', 2, { message: 'command failed: no such file' }));
    expect(lines.filter((line) => line.includes('no such file'))).toHaveLength(1);
  });

  it('names what a failure took down, but not what a stop left behind', () => {
    const lines = linesFor(
      runStarted,
      at(1, { kind: 'task-skipped', task: 'b', because: 'upstream-failed', upstream: 'a' }),
      at(1, { kind: 'task-skipped', task: 'c', because: 'stopped' }),
    );
    expect(lines.slice(1)).toEqual(['skipped  b  a failed']);
  });

  it.each([
    [at(1, { kind: 'store-repaired', task: 'a', output: 'o', digest: 'abcdef0123456789', problem: 'corrupt' }), 'repairing a: stored output o is corrupt (abcdef012345), so the task runs again'],
    [at(1, { kind: 'not-reproducible', task: 'a', output: 'o', kept: '1'.repeat(64), differing: '2'.repeat(64) }), 'not reproducible a: output o is 222222222222 this time; the first result 111111111111 stays'],
    [at(1, { kind: 'warning', message: 'the disk is nearly full' }), 'warning the disk is nearly full'],
  ])('says aloud what must be heard: %o', (event, line) => {
    expect(linesFor(runStarted, event).at(-1)).toBe(line);
  });

  describe('while tasks run', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('says every ten seconds how far things are, however many progress events come', () => {
      const output = recorder();
      const reporter = plainReporter(output, { color: false, now: () => 20_000 });
      reporter.report({ ...runStarted, estimateMs: null });
      reporter.report(started('train', 0));
      for (let step = 0; step < 500; step += 1) reporter.report(at(step, { kind: 'task-progress', task: 'train', done: step, total: 1000, unit: 'steps' }));
      vi.advanceTimersByTime(20_000);
      reporter.close();
      vi.advanceTimersByTime(60_000);
      expect(output.lines().slice(2)).toEqual(Array.from({ length: 2 }, () => 'running  0/4 tasks done after 20s, about 1m left, train 499/1000 steps'));
    });
  });
});
