import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liveReporter } from '../../src/reporters/live.js';
import { at, failed, finished, runStarted, started } from './events.js';
import { cityPlan, midway, startOf } from './large-run.js';
import { terminal } from './terminal.js';

const ended = at(30, { kind: 'run-finished', outcome: 'failed', ms: 30, executed: 1, cached: 2, failed: 1, skipped: 0 });

describe('live reporter', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('draws at most ten times a second, however many events come', () => {
    const screen = terminal();
    const reporter = liveReporter(screen, { color: false, now: () => Date.now() });
    reporter.report({ ...runStarted, at: Date.now() });
    reporter.report(started('train', Date.now()));
    const before = screen.writes;
    for (let step = 1; step <= 10_000; step += 1) {
      reporter.report(at(Date.now(), { kind: 'task-progress', task: 'train', done: step, total: 10_000, unit: 'steps' }));
      if (step % 10 === 0) vi.advanceTimersByTime(1);
    }
    reporter.close();
    expect(screen.writes - before).toBeGreaterThan(5);
    expect(screen.writes - before).toBeLessThanOrEqual(11);
  });

  it('pain 4: draws nothing while ten thousand cached tasks arrive at once, and then one frame', () => {
    const screen = terminal();
    const made = cityPlan(100, 100);
    const reporter = liveReporter(screen, { color: false, now: () => 0, plan: made });
    for (const event of startOf(made)) reporter.report(event);
    expect(screen.history).toEqual(['babel-tower: 10,000 tasks, 10,000 cached', '']);
    vi.advanceTimersByTime(100);
    expect(screen.screen.slice(1)).toEqual([
      'babel-tower ██████████████████████████████ 10,000/10,000  100%  0s',
      '  0 executed  10,000 cached (100%)  0 running',
    ]);
    reporter.close();
  });

  it('redraws in place, tall runs and short ones alike', () => {
    const screen = terminal(100, 24);
    const made = cityPlan(100, 30);
    const reporter = liveReporter(screen, { color: true, now: () => 6_000, plan: made });
    for (const event of midway(made)) {
      reporter.report(event);
      if (event.kind === 'task-started') vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(100);
    expect(screen.history.filter((line) => line.startsWith('babel-tower █'))).toHaveLength(1);
    expect(screen.screen).toHaveLength(10);
    expect(screen.screen.at(-1)).toBe('  next: fetch(city=32), fetch(city=33), fetch(city=34), fetch(city=35), and 107 more tasks');
    reporter.close();
    expect(screen.screen).toEqual(['babel-tower: 10,000 tasks, 3,000 cached, 7,000 to run on 4 cores, about 10m']);
  });

  it.each([[50, 24], [30, 8], [140, 40]])('leaves nothing behind when the terminal becomes %i columns by %i rows', (columns, rows) => {
    const screen = terminal(100, 24);
    const made = cityPlan(100, 30);
    const reporter = liveReporter(screen, { color: false, now: () => 6_000, plan: made });
    for (const event of midway(made)) reporter.report(event);
    vi.advanceTimersByTime(100);
    screen.resize(columns, rows);
    vi.advanceTimersByTime(300);
    expect(screen.screen.filter((line) => line.startsWith('failed score'))).toHaveLength(1);
    for (const line of screen.screen) expect(line.length).toBeLessThanOrEqual(columns);
    expect(screen.screen.filter((line) => line.includes('next: ')).length).toBeLessThanOrEqual(1);
    reporter.close();
    // In a terminal of eight rows the first line has scrolled off.
    expect(screen.screen.join('').replaceAll(' ', '')).toBe(rows < 10 ? '' : 'babel-tower:10,000tasks,3,000cached,7,000torunon4cores,about10m');
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
    reporter.report(ended);
    reporter.close();
    const count = screen.writes;
    vi.advanceTimersByTime(1_000);
    expect(screen.writes).toBe(count);
    expect(screen.screen.slice(1)).toEqual(['failed b after 20ms (the task reported an error)', '  exit code 3', 'failed in 30ms: 1 executed, 2 cached, 1 failed, 0 skipped']);
  });
});
