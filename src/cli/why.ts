import type { Json } from '../engine/json.js';
import { explainStep, plannedTask, type WhyContext } from '../engine/why/explanation.js';
import { count } from '../reporters/format.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { shownPath } from './pipeline-file.js';
import { tasksMatching, withPlan, type PlanningOptions } from './planning.js';
import { resultsReader, theRun } from './recorded-runs.js';
import { Refusal, type Shell } from './shell.js';
import { explanationJson } from './why-json.js';
import { explanationText } from './why-text.js';

export interface WhyOptions extends PlanningOptions {
  readonly artifactsDir?: string;
  readonly against?: string;
  readonly json?: boolean;
}

/** A pattern may name thousands of tasks; the first few tell the story. */
const tasksTold = 10;

/** `pipelines why FILE TASK`: why it would run, down to the root cause, or where its cached result comes from. */
export function whyVerb(file: string, pattern: string, options: WhyOptions, shell: Shell): Promise<ExitCode> {
  // Nothing below the task tells why it runs, so nothing below is planned.
  return withPlan(file, { ...options, until: [pattern] }, shell, async (planned) => {
    const matching = tasksMatching(pattern, planned, shell);
    const { name } = planned.pipeline;
    const resultsOf = resultsReader(name, options, shell);
    const against = options.against === undefined ? undefined : theRun(options.against, { ...options, pipeline: name }, shell).id;
    if (against !== undefined && !resultsOf(against)) throw new Refusal(`run ${against} was killed, so there is no list of its results`, 'compare with another run: "pipelines history" lists them');
    const context: WhyContext = { ...planned, resultsOf, ...(against !== undefined && { against }) };

    if (options.json) {
      const told: Json[] = [];
      for (const index of matching) told.push(explanationJson(await explainStep(index, context), planned.pipeline));
      shell.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
      return exitCode.ok;
    }
    const telling = { context, places: { pipeline: planned.pipeline, shown: (path: string) => shownPath(path, shell) } };
    const texts: string[] = [];
    for (const index of matching.slice(0, tasksTold)) texts.push(await explanationText(await explainStep(index, context), telling));
    shell.stdout.write(texts.join('\n'));
    if (matching.length > tasksTold) {
      const next = plannedTask(matching[tasksTold] ?? 0, planned.plan).task.id;
      shell.stdout.write(`\nand ${count(matching.length - tasksTold, 'more task')}; name one by its id, such as ${next}\n`);
    }
    return exitCode.ok;
  });
}
