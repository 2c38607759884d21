import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liveReporter } from '../../src/reporters/live.js';
import { at, failed, finished, runStarted, started } from './events.js';

/** A terminal that counts what is written to it. */
function terminal(): NodeJS.WriteStream & { readonly writes: string[] } {
  const writes: string[] = [];
  const stream = new Writable({ write: (chunk: Buffer, _encoding, done) => { writes.push(chunk.toString()); done(); } });
  return Object.assign(stream, { writes, columns: 80, rows: 24 }) as unknown as NodeJS.WriteStream & { readonly writes: string[] };
}

describe('live reporter', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('draws at most ten times a second, however many events come', () => {
    const screen = terminal();
    const reporter = liveReporter(screen, { color: false, now: () => Date.now() });
    reporter.report({ ...runStarted, at: Date.now() });
    reporter.report(started('train', Date.now()));
    const before = screen.writes.length;
    for (let step = 1; step <= 10_000; step += 1) {
      reporter.report(at(Date.now(), { kind: 'task-progress', task: 'train', done: step, total: 10_000, unit: 'steps' }));
      if (step % 10 === 0) vi.advanceTimersByTime(1);
    }
    reporter.close();
    expect(screen.writes.length - before).toBeGreaterThan(5);
    expect(screen.writes.length - before).toBeLessThanOrEqual(11);
  });

  it('leaves the summary and the failures on the screen, and nothing moving', () => {
    const screen = terminal();
    const reporter = liveReporter(screen, { color: false, now: () => 0 });
    reporter.report(runStarted);
    reporter.report(started('a'));
    reporter.report(finished('a', 0, 10));
    reporter.report(started('b'));
    vi.advanceTimersByTime(200);
    reporter.report(failed('b', 20, { message: 'exit code 3' }));
    reporter.report(at(30, { kind: 'run-finished', outcome: 'failed', ms: 30, executed: 1, cached: 2, failed: 1, skipped: 0 }));
    reporter.close();
    const count = screen.writes.length;
    vi.advanceTimersByTime(1_000);
    expect(screen.writes).toHaveLength(count);
    expect(screen.writes.slice(-2).join('')).toBe([
      'failed b after 20ms (the task reported an error)', '  exit code 3', 'failed in 30ms: 1 executed, 2 cached, 1 failed, 0 skipped', '',
    ].join('\n'));
  });
});
