import { PIN_NAME, pinsIn, removePin, writePin } from '../engine/cache/pins.js';
import { count } from '../reporters/format.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { tasksMatching, withCache, withPlan, type PlanningOptions } from './planning.js';
import { Refusal, type Shell } from './shell.js';
import { table } from './table.js';

/** `pipelines cache pin NAME FILE [TASK]`: keeps present results from every collection. */
export function pinVerb(name: string, file: string, pattern: string | undefined, options: PlanningOptions, shell: Shell): Promise<ExitCode> {
  checkName(name);
  return withPlan(file, options, shell, async (planned) => {
    const { pipeline, plan, cache } = planned;
    const wanted = pattern === undefined ? pipeline.tasks.map(({ index }) => index) : tasksMatching(pattern, planned, shell);
    const results = Object.fromEntries(wanted.flatMap((index): [string, string][] => {
      const [task, step] = [pipeline.tasks[index], plan.steps[index]];
      return task && step?.kind === 'cached' ? [[task.id, step.fingerprint]] : [];
    }));
    const pinned = Object.keys(results).length;
    if (pinned === 0) throw new Refusal(`none of ${count(wanted.length, 'task')} has a result to pin`, 'run the pipeline first');
    await writePin(cache.directory, { name, pipeline: pipeline.name, pinnedAt: new Date(shell.now()).toISOString(), results });
    shell.stdout.write(`pinned ${count(pinned, 'result')} of ${pipeline.name} as ${name}\n`);
    if (pinned < wanted.length) shell.stderr.write(`${count(wanted.length - pinned, 'task')} without a result at present: not pinned\n`);
    return exitCode.ok;
  });
}

/** `pipelines cache unpin NAME`. */
export function unpinVerb(name: string, options: { readonly cacheDir?: string }, shell: Shell): Promise<ExitCode> {
  checkName(name);
  return withCache(options, shell, async ({ directory }) => {
    if (await removePin(directory, name)) return exitCode.ok;
    const names = pinsIn(directory).map((pin) => pin.name);
    throw new Refusal(`there is no pin ${name}`, names.length === 0 ? 'nothing is pinned' : `there is ${names.join(', ')}`);
  });
}

/** `pipelines cache pins`. */
export function pinsVerb(options: { readonly cacheDir?: string; readonly json?: boolean }, shell: Shell): Promise<ExitCode> {
  return withCache(options, shell, ({ directory }) => {
    const pins = pinsIn(directory);
    shell.stdout.write(options.json
      ? `${JSON.stringify(pins, null, 2)}\n`
      : table(pins.map(({ name, pipeline, pinnedAt, results }) => [name, pipeline, count(Object.keys(results).length, 'result'), pinnedAt])));
    return Promise.resolve(exitCode.ok);
  });
}

function checkName(name: string): void {
  if (!PIN_NAME.test(name)) throw new Refusal(`a pin cannot be called ${JSON.stringify(name)}`, 'letters, digits, ".", "_" and "-", a letter or digit first');
}
