import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimelineBars, type Bar } from '../../../src/server/page/timeline-bars.js';

describe('timeline-bars', () => {
  it('never has two bars of a lane overlap, nor more lanes than tasks that ran at once', () => {
    const spans = fc.array(fc.tuple(fc.nat(100), fc.integer({ min: 1, max: 30 })), { minLength: 1, maxLength: 60 });
    fc.assert(fc.property(spans, (all) => {
      const bars = new TimelineBars();
      const moments = all.flatMap(([from, length], task) => [{ at: from, task, begins: true }, { at: from + length, task, begins: false }])
        .sort((one, other) => one.at - other.at || Number(one.begins) - Number(other.begins));
      let [running, most] = [0, 0];
      for (const { at, task, begins } of moments) {
        if (begins) bars.begin(String(task), at);
        else bars.end(String(task), at, 'executed');
        running += begins ? 1 : -1;
        most = Math.max(most, running);
      }
      expect(bars.lanes.length).toBe(most);
      for (const lane of bars.lanes) lane.forEach((bar, index) => { expect(bar.from).toBeGreaterThanOrEqual(lane[index - 1]?.to ?? 0); });
    }));
  });

  const three = (): TimelineBars => {
    const bars = new TimelineBars();
    bars.begin('a', 0);
    bars.begin('b', 5);
    bars.end('a', 10, 'executed');
    bars.begin('c', 20);
    return bars;
  };
  const task = (bar: Bar | undefined): string | undefined => bar?.task;

  it('finds the bar at a moment, or one that is within reach', () => {
    const bars = three();
    expect([0, 10, 12, 15, 19, 25].map((moment) => task(bars.at(0, moment, 2, 30)))).toEqual(['a', 'a', 'a', undefined, 'c', 'c']);
    expect(task(bars.at(1, 29, 0, 30))).toBe('b');
    expect(task(bars.at(7, 0, 100, 30))).toBeUndefined();
  });

  it('goes along a lane and across lanes, and not beyond', () => {
    const bars = three();
    const [a, c] = bars.lanes[0] ?? [];
    if (!a || !c) throw new Error('two bars in the first lane');
    expect(task(bars.beside(a, { along: 1, across: 0 }))).toBe('c');
    expect(task(bars.beside(c, { along: -1, across: 0 }))).toBe('a');
    expect(task(bars.beside(c, { along: 0, across: 1 }))).toBe('b');
    expect(bars.beside(a, { along: -1, across: 0 })).toBeUndefined();
    expect(bars.beside(a, { along: 0, across: -1 })).toBeUndefined();
  });

  it('begins another bar for another attempt', () => {
    const bars = new TimelineBars();
    bars.begin('a', 0);
    bars.end('a', 4, 'failed');
    bars.begin('a', 6);
    bars.endAll(9);
    expect(bars.lanes).toEqual([[{ task: 'a', lane: 0, from: 0, to: 4, state: 'failed' }, { task: 'a', lane: 0, from: 6, to: 9, state: 'failed' }]]);
  });
});
