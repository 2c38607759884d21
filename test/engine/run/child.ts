// Runs a pipeline of tasks that take a while in a process of its own and prints its events as JSON lines.
// Arguments: project folder, URL of the fixture kinds, number of tasks, milliseconds a task.
import { join } from 'node:path';
import { openCache } from '../../../src/engine/cache/open-cache.js';
import { makePlan } from '../../../src/engine/planner.js';
import { systemClock } from '../../../src/engine/run/clock.js';
import { createInProcessExecutor } from '../../../src/engine/run/in-process-executor.js';
import { runPlan } from '../../../src/engine/run/run-plan.js';
import { capacity, kindsOf, machine, slowPipeline } from './specs.js';

const [folder = '', fixtures = '', tasks = '', ms = ''] = process.argv.slice(2);
const cache = await openCache(join(folder, 'cache'));
const shared = { kinds: kindsOf({}, new URL(fixtures)), cache, environment: {}, machine, capacity };
const planned = await makePlan(slowPipeline(Number(tasks), Number(ms)), shared);
if (planned.kind === 'invalid') throw new Error(JSON.stringify(planned.diagnostics));
await runPlan(planned.plan, {
  ...shared, executor: createInProcessExecutor(), clock: systemClock, runId: String(process.pid), engine: 'test',
  signal: new AbortController().signal, killSignal: new AbortController().signal, artifactsDirectory: join(folder, 'artifacts'),
  emit: (event) => { process.stdout.write(`${JSON.stringify(event)}\n`); },
});
await cache.close();
