import fc from 'fast-check';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/engine/columns.js';
import type { Event } from '../../src/engine/event.js';
import type { Plan } from '../../src/engine/plan.js';
import { asciiGlyphs, colorsFor } from '../../src/reporters/format.js';
import { liveFrame, type FrameOptions } from '../../src/reporters/live-frame.js';
import { Outlook } from '../../src/reporters/outlook.js';
import { RunState } from '../../src/reporters/run-state.js';
import { at, failed, runStarted, started } from './events.js';
import { cityPlan, midway } from './large-run.js';

const plain = { width: 80, height: 24, colors: colorsFor(false) };

function frameAfter(events: readonly Event[], options: Partial<FrameOptions> & { readonly plan?: Plan; readonly now: number }): readonly string[] {
  const state = new RunState();
  const outlook = options.plan === undefined ? undefined : new Outlook(options.plan);
  for (const event of events) {
    state.apply(event);
    outlook?.apply(event);
  }
  return liveFrame(state, { ...plain, outlook, ...options });
}

describe('live frame', () => {
  it('shows a small run on one line, then what is running with its progress and its own time', () => {
    const events = [runStarted, at(0, { kind: 'task-cached', task: 'corpus' }), started('train', 1_000), at(5_000, { kind: 'task-progress', task: 'train', done: 200, total: 400, unit: 'steps' })];
    expect(frameAfter(events, { now: 5_000 })).toEqual([
      'babel-tower ███████░░░░░░░░░░░░░░░░░░░░░░░ 1/4  1 cached  5s, about 8s left',
      '  train ██████░░░░░░ 200/400 steps  4s',
    ]);
  });

  it('pain 4: tells a run of 10,000 tasks in numbers, groups and what is next', () => {
    const made = cityPlan(100, 30);
    expect(frameAfter(midway(made), { plan: made, now: 6_000, width: 100 })).toEqual([
      'failed score(city=30,year=1950): exit code 3',
      'babel-tower █████████░░░░░░░░░░░░░░░░░░░░░ 3,053/10,000  30%  6s, about 8m 56s left',
      '  52 executed at 9/s  3,000 cached (98%)  1 failed  4 running  111 ready  6,832 waiting',
      '  score(city=30,year=1951) ███░░░░░░░░░ 1,200/4,000 rows  0s  row 1200: 3 values missing',
      '  score(city=30,year=1952) ███░░░░░░░░░ 0s of about 1s',
      '  score(city=30,year=1953)              waiting for pid 4242  0s',
      '  fetch(city=31)           ░░░░░░░░░░░░ 0s of about 8s',
      '  fetch 31/100  clean 31/100  score 2,961/9,700 (1 failed)  page 30/100',
      '  next: fetch(city=32), fetch(city=33), fetch(city=34), fetch(city=35), and 107 more tasks',
    ]);
  });

  it('is drawn in ASCII and cut to a narrow terminal, too', () => {
    const made = cityPlan(100, 30);
    expect(frameAfter(midway(made), { plan: made, now: 6_000, width: 40, height: 12, glyphs: asciiGlyphs })).toEqual([
      'failed score(city=30,year=1950): exit c~',
      'babel-tower 3,053/10,000  30%  6s, abou~',
      '  52 executed at 9/s  3,000 cached (98%~',
      '  score(city=30,year=1951) 1,200/4,000 ~',
      '  score(city=30,year=1952) 0s of about ~',
      '  score(city=30,year=1953) waiting for ~',
      '  fetch(city=31) 0s of about 8s',
      '  fetch 31/100  and 3 more groups',
      '  next: fetch(city=32), fetch(city=33),~',
    ]);
  });

  it('says what a running task holds up', () => {
    const made = cityPlan(100, 0);
    const events = [{ ...runStarted, tasks: 10_000, toRun: 10_000 }, started('fetch(city=0)', 0), at(1, { kind: 'task-finished', task: 'fetch(city=0)', ms: 1, bytes: 1 }), started('clean(city=0)', 1)];
    expect(frameAfter(events, { plan: made, now: 3_000 }).join('\n')).toContain('clean(city=0)              3s  97 wait');
  });

  it('is never wider or taller than the terminal, with ten thousand tasks running and a hundred failed', () => {
    const made = cityPlan(100, 0);
    const state = new RunState();
    const outlook = new Outlook(made);
    const tell = (event: Event): void => { state.apply(event); outlook.apply(event); };
    tell({ ...runStarted, tasks: 10_000, toRun: 10_000, pipeline: '巴别塔-🗼' });
    for (const { id, index } of made.pipeline.tasks) tell(started(index === 0 ? '任务(語=日本語)'.repeat(20) : id, index));
    for (let index = 0; index < 100; index += 1) tell(failed(`score(city=${index},year=1990)`, 10, { message: 'a long message\nover several lines 🙂'.repeat(20) }));
    tell(at(11, { kind: 'task-log', task: 'clean(city=0)', line: '进度 '.repeat(100) }));
    tell(at(11, { kind: 'draining' }));
    fc.assert(fc.property(fc.integer({ min: 8, max: 200 }), fc.integer({ min: 2, max: 60 }), fc.boolean(), (width, height, color) => {
      const frame = liveFrame(state, { now: 20_000, width, height, colors: colorsFor(color), outlook }).map((line) => stripVTControlCharacters(line));
      expect(frame.length).toBeLessThan(height);
      expect(frame.length).toBeLessThanOrEqual(20);
      for (const line of frame) {
        expect(columnsOf(line)).toBeLessThanOrEqual(width);
        expect(line).not.toContain('\n');
      }
    }), { numRuns: 60 });
  });

  it('keeps the most recent failures above the bar, by the first line of their message', () => {
    const events = [runStarted, ...['a', 'b', 'c', 'd'].map((task) => failed(task, 1, { message: `${task} broke\nwith details` }))];
    expect(frameAfter(events, { now: 1 }).slice(0, 3)).toEqual(['2 earlier failures', 'failed c: c broke', 'failed d: d broke']);
  });

  it('measures a task without progress by how long it is expected to take', () => {
    expect(frameAfter([runStarted, started('solve', 0, 10_000)], { now: 5_000 })[1]).toBe('  solve ██████░░░░░░ 5s of about 10s');
  });
});
