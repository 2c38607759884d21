import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/engine/event.js';
import type { Plan } from '../../src/engine/plan.js';
import { jsonReporter } from '../../src/reporters/json.js';
import { liveReporter } from '../../src/reporters/live.js';
import { plainReporter } from '../../src/reporters/plain.js';
import { quietReporter } from '../../src/reporters/quiet.js';
import type { Reporter } from '../../src/reporters/reporter.js';
import { at, finished, started } from './events.js';
import { cityPlan, startOf } from './large-run.js';

/** Half of the tasks are cached; the others each start, write a line, make progress, and finish. */
function eventsOf(plan: Plan): Event[] {
  const toRun = plan.pipeline.tasks.filter(({ index }) => plan.steps[index]?.kind !== 'cached');
  return [
    ...startOf(plan),
    ...toRun.flatMap(({ id }, index) => [
      started(id, index, 1_000), at(index, { kind: 'task-log' as const, task: id, line: 'reading' }),
      at(index, { kind: 'task-progress' as const, task: id, done: 1, total: 2, unit: 'rows' }), finished(id, index, index + 1),
    ]),
    at(100_000, { kind: 'run-finished', outcome: 'succeeded', ms: 100_000, executed: toRun.length, cached: plan.steps.length - toRun.length, failed: 0, skipped: 0 }),
  ];
}

/** A stream that takes everything and keeps nothing. */
function sink(): NodeJS.WriteStream & { bytes: number; lines: number } {
  const output = { bytes: 0, lines: 0, columns: 80, rows: 24, isTTY: true, write(text: string) { output.bytes += text.length; output.lines += text.split('\n').length - 1; return true; }, on() { return output; }, off() { return output; } };
  return output as unknown as NodeJS.WriteStream & { bytes: number; lines: number };
}

/** Milliseconds of processor time; 25,000 events are 10,000 tasks. */
function costOf(make: (output: NodeJS.WriteStream) => Reporter, events: readonly Event[]): { ms: number; lines: number } {
  const output = sink();
  const reporter = make(output);
  const before = process.cpuUsage();
  for (const event of events) reporter.report(event);
  reporter.close();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1_000, lines: output.lines };
}

describe('the cost of telling', () => {
  const sizes = process.env['PIPELINES_LARGE_TESTS'] === '1' ? [100, 1_000] : [100];

  it.each(sizes)('of a run of %i hundred tasks is a few microseconds an event, whatever the reporter', (cities) => {
    const plan = cityPlan(cities, cities / 2);
    const events = eventsOf(plan);
    const now = (): number => 100_000;
    const costs = {
      live: costOf((output) => liveReporter(output, { color: true, now, plan }), events),
      plain: costOf((output) => plainReporter(output, { color: true, now }), events),
      quiet: costOf((output) => quietReporter(output, { color: true }), events),
      json: costOf((output) => jsonReporter(output), events),
    };
    if (process.env['PIPELINES_LARGE_TESTS'] === '1') console.log(`${events.length} events`, costs);
    for (const { ms } of Object.values(costs)) expect((ms * 1_000) / events.length).toBeLessThan(50);
    expect(costs.quiet.lines).toBe(0);
  });

  it('of ten thousand tasks that turn out to be cached is a line in the plain log', () => {
    const plan = cityPlan(100, 0);
    const [first = '', ...others] = plan.pipeline.tasks.map(({ id }) => id);
    const events = [...startOf(plan), started(first, 0), finished(first, 0, 1), ...others.map((task) => at(2, { kind: 'task-cached' as const, task }))];
    let text = '';
    const reporter = plainReporter({ write: (chunk: string) => { text += chunk; } }, { color: false, now: () => 0 });
    for (const event of events) reporter.report(event);
    reporter.close();
    expect(text.split('\n').slice(3)).toEqual(['cached   clean(city=0), score(city=0,year=1900), score(city=0,year=1901), and 9,996 more tasks  same inputs as before', '']);
  });
});
