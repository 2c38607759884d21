import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { ActionRecord } from '../engine/action-record.js';
import { openCache } from '../engine/cache/open-cache.js';
import type { Event } from '../engine/event.js';
import type { Json } from '../engine/json.js';
import { systemClock } from '../engine/run/clock.js';
import { withAncestors } from '../engine/selection.js';
import type { Cache } from '../engine/store.js';
import { copyResults } from '../engine/verify/copy-results.js';
import { firstDifference, type OutputDifference } from '../engine/verify/first-difference.js';
import { interruptUntilDone, type InterruptionsResult, type Killable, type KillableEnd } from '../engine/verify/interrupt.js';
import { count } from '../reporters/format.js';
import { exitCode, type ExitCode } from './exit-code.js';
import type { Planned } from './planning.js';
import { killTree } from './process-tree.js';
import type { Shell } from './shell.js';
import { differenceText } from './verify-text.js';
import type { Stored, VerifyOptions } from './verify.js';

const main = fileURLToPath(new URL('./main.js', import.meta.url));
const defaultKills = 3;

/** An output that came out otherwise, or not at all, after the kills. */
interface Deviation {
  readonly task: string;
  readonly output: string;
  readonly difference: OutputDifference | 'missing';
}

/** Runs the chain that ends in each of the tasks in a cache of its own, kills it again and again, and compares what comes out in the end. */
export async function interruptStored(stored: readonly Stored[], planned: Planned, options: VerifyOptions, shell: Shell): Promise<ExitCode> {
  const { pipeline, plan, cache } = planned;
  const chain = chainOf(stored, planned);
  const inChain = new Set(chain.map(({ task }) => task.index));
  const behind = [...withAncestors(pipeline, inChain)].filter((index) => !inChain.has(index)).flatMap((index): ActionRecord[] => {
    const step = plan.steps[index];
    return step && 'record' in step && step.record ? [step.record] : [];
  });
  const scratch = await cache.scratch();
  const directory = join(scratch.path, 'cache');
  const random = xoroshiro128plus(options.seed ?? 1);
  try {
    const result = await interruptUntilDone({
      kills: options.times ?? defaultKills, clock: systemClock, random: () => uniformFloat64(random),
      durations: new Map(chain.map(({ task, record }) => [task.id, record.durationMs])),
      async prepare() {
        rmSync(directory, { recursive: true, force: true });
        await copyResults(cache, behind, directory);
      },
      start: () => startRun(chain, directory, scratch.path, planned, options, shell),
    });
    const deviations = result.kind === 'done' ? await deviationsOf(chain, cache, directory) : [];
    shell.stdout.write(options.json ? `${JSON.stringify(resultJson(chain, result, deviations), null, 2)}\n` : resultText(chain, result, deviations));
    return result.kind === 'done' && deviations.length === 0 ? exitCode.ok : exitCode.taskFailed;
  } finally {
    await scratch.remove();
  }
}

/** With the segments before them: a chain's segments have the task's name. */
function chainOf(stored: readonly Stored[], { pipeline, plan }: Planned): readonly Stored[] {
  const names = new Set(stored.map(({ task }) => task.name));
  const closed = withAncestors(pipeline, new Set(stored.map(({ task }) => task.index)));
  return pipeline.tasks.filter(({ index, name }) => closed.has(index) && names.has(name)).flatMap((task) => {
    const step = plan.steps[task.index];
    return step?.kind === 'cached' ? [{ task, record: step.record }] : [];
  });
}

/** The command line itself, in a process that can be killed. */
function startRun(chain: readonly Stored[], cacheDirectory: string, folder: string, { pipeline }: Planned, { profile, param, jobs }: VerifyOptions, shell: Shell): Killable {
  const child = execa(process.execPath, [
    main, 'run', pipeline.file, '--reporter', 'json', '--cache-dir', cacheDirectory, '--artifacts-dir', join(folder, 'artifacts'),
    ...(profile === undefined ? [] : ['--profile', profile]), ...(param ? ['-p', ...param] : []), ...(jobs === undefined ? [] : ['-j', String(jobs)]),
    '--only', ...chain.map(({ task }) => task.id),
  ], { cwd: shell.directory, env: shell.environment, extendEnv: false, reject: false, stdin: 'ignore', lines: true });
  const events: Event[] = [];
  let onEvent: () => void = () => undefined;
  const reading = (async () => {
    for await (const line of child) {
      const event = parsedEvent(line);
      if (event) events.push(event);
      onEvent();
    }
  })().catch(() => undefined);
  const tasksOf = (kind: Event['kind']): string[] => events.flatMap((event) => (event.kind === kind && 'task' in event ? [event.task] : []));
  const ended = child.then(async ({ exitCode: code, signal, stderr }): Promise<KillableEnd> => {
    await reading;
    const how = code === exitCode.ok ? 'succeeded' : signal === 'SIGKILL' ? 'killed' : 'failed';
    return { how, started: tasksOf('task-started'), finished: tasksOf('task-finished'), message: [...failuresIn(events), ...stderr].join('\n') };
  });
  return {
    async underWay(finished) {
      await Promise.race([ended, new Promise<void>((resolve) => {
        onEvent = () => { if (tasksOf('task-finished').length >= finished && tasksOf('task-started').length > finished) resolve(); };
        onEvent();
      })]);
      return tasksOf('task-finished');
    },
    ended,
    kill() { if (child.pid !== undefined && child.exitCode === null) killTree(child.pid); },
  };
}

/** A kill may tear the last line. */
function parsedEvent(line: string): Event | undefined {
  try {
    return JSON.parse(line) as Event;
  } catch {
    return undefined;
  }
}

function failuresIn(events: readonly Event[]): string[] {
  return events.flatMap((event) => (event.kind === 'task-failed' ? [`${event.task}: ${event.failure.message}`] : []));
}

async function deviationsOf(chain: readonly Stored[], cache: Cache, directory: string): Promise<readonly Deviation[]> {
  const other = await openCache(directory, { durability: 'fast' });
  const deviations: Deviation[] = [];
  try {
    for (const { task, record } of chain) {
      const after = await other.actions.lookup(record.fingerprint);
      for (const [output, object] of Object.entries(record.outputs)) {
        const now = after?.outputs[output];
        const difference = now ? await firstDifference({ store: cache.store, object }, { store: other.store, object: now }, task.outputs[output]?.fileName ?? '') : 'missing';
        if (difference) deviations.push({ task: task.id, output, difference });
      }
    }
    return deviations;
  } finally {
    await other.close();
  }
}

function resultText(chain: readonly Stored[], result: InterruptionsResult, deviations: readonly Deviation[]): string {
  switch (result.kind) {
    case 'too-quick':
      return `${count(chain.length, 'task')}: over each time before they could be killed, so nothing was shown\n`;
    case 'failed':
      return `${count(chain.length, 'task')}: failed after ${count(result.kills, 'kill')}:\n${result.message}\n`;
    case 'done': {
      const repeated = [...result.repeated].map(([task, times]) => (times === 1 ? task : `${task} ${times} times`));
      const verdict = deviations.length === 0 ? 'every output as without' : `${count(deviations.length, 'output')} not as without`;
      return [
        `${count(chain.length, 'task')}, ${count(result.kills, 'kill')}: ${verdict}\n`,
        `  begun again: ${repeated.length === 0 ? 'none' : repeated.join(', ')}\n`,
        ...deviations.map(({ task, output, difference }) => `  ${task} ${output}: ${difference === 'missing' ? 'no result under its fingerprint; have its inputs changed meanwhile?' : differenceText(difference)}\n`),
        deviations.length > 0 ? 'hint: verify without --interrupt tells whether they are reproducible at all\n' : '',
      ].join('');
    }
  }
}

function resultJson(chain: readonly Stored[], result: InterruptionsResult, deviations: readonly Deviation[]): Json {
  const repeated = 'repeated' in result ? Object.fromEntries(result.repeated) : {};
  return JSON.parse(JSON.stringify({ tasks: chain.map(({ task }) => task.id), ...result, repeated, deviations })) as Json;
}
