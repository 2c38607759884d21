import type { Event } from '../../src/engine/event.js';
import type { Pipeline, Task } from '../../src/engine/pipeline.js';
import type { Plan, PlanStep } from '../../src/engine/plan.js';
import { pipeline, plan, reads, task } from '../cli/pipelines.js';
import { at, failed, finished, runStarted, started } from './events.js';

/** Cities with 97 years each: fetch, clean, score(city,year), page; 100 cities make 10,000 tasks, and so on. */
export function cityPipeline(cities: number): Pipeline {
  const tasks: Task[] = [];
  const add = (id: string, from: readonly number[]): number => {
    tasks.push(task(tasks.length, id, { inputs: from.length === 0 ? {} : reads(...from) }));
    return tasks.length - 1;
  };
  for (let city = 0; city < cities; city += 1) {
    const fetched = add(`fetch(city=${city})`, []);
    const cleaned = add(`clean(city=${city})`, [fetched]);
    const scores = Array.from({ length: 97 }, (_, year) => add(`score(city=${city},year=${1900 + year})`, [cleaned]));
    add(`page(city=${city})`, scores);
  }
  return pipeline(...tasks);
}

/** Of which the first few cities are cached. */
export function cityPlan(cities: number, cachedCities: number): Plan {
  const made = cityPipeline(cities);
  const steps = made.tasks.map(({ index }): PlanStep => (index < cachedCities * 100
    ? { kind: 'cached', fingerprint: '', record: {} } as unknown as PlanStep
    : { kind: 'may-run', reason: { kind: 'never-run' }, estimateMs: 1_000, estimateBytes: null } as PlanStep));
  return plan(made, steps);
}

/** The start of the run: its cached tasks arrive at once. */
export function startOf(made: Plan): Event[] {
  const cached = made.pipeline.tasks.filter(({ index }) => made.steps[index]?.kind === 'cached');
  return [
    { ...runStarted, tasks: made.steps.length, toRun: made.steps.length - cached.length, estimateMs: cached.length === made.steps.length ? null : 600_000, cores: 4 },
    ...cached.map(({ id }) => at(0, { kind: 'task-cached', task: id })),
  ];
}

/** A run in its second minute: two cities more are done, one score failed, four tasks run. */
export function midway(made: Plan): Event[] {
  const cached = made.steps.filter(({ kind }) => kind === 'cached').length;
  const ids = made.pipeline.tasks.slice(cached, cached + 100).map(({ id }) => id);
  const [fetch = '', clean = '', ...others] = ids;
  const ran = [fetch, clean, ...others.slice(0, 50)].flatMap((id, index) => [started(id, index * 100, 1_000), finished(id, index * 100, index * 100 + 900)]);
  const broken = others[50] ?? '';
  const [one = '', two = '', three = ''] = others.slice(51);
  const nextFetch = made.pipeline.tasks[cached + 100]?.id ?? '';
  return [
    ...startOf(made), ...ran,
    started(broken, 5_000, 1_000), failed(broken, 400, { message: 'exit code 3\ncould not read the table' }),
    started(one, 5_600, 1_000), at(5_800, { kind: 'task-progress', task: one, done: 1_200, total: 4_000, unit: 'rows' }), at(5_900, { kind: 'task-log', task: one, line: 'row 1200: 3 values missing' }),
    started(two, 5_700, 1_000),
    at(5_800, { kind: 'task-waiting', task: three, holder: 'pid 4242' }),
    started(nextFetch, 5_900, 8_000),
  ];
}
