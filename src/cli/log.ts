import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline as pipe } from 'node:stream/promises';
import type { Event, TaskFailure } from '../engine/event.js';
import { followEvents } from '../engine/runs/follow-events.js';
import { readRun } from '../engine/runs/recorded-run.js';
import { runEvents } from '../engine/runs/run-events.js';
import { runFolders, type RunFolder } from '../engine/runs/run-folders.js';
import { attemptLog, storedLog } from '../engine/runs/task-log.js';
import { taskResults, type TaskResult } from '../engine/runs/task-results.js';
import { CorruptObjectError, type Cache } from '../engine/store.js';
import { duration } from '../reporters/format.js';
import { artifactsDirectory } from './artifacts.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { whenText } from './history-text.js';
import { withCache } from './planning.js';
import { theRun, type RunsOptions } from './recorded-runs.js';
import { Refusal, type Shell } from './shell.js';
import { recordText } from './why-text.js';

export interface LogOptions extends RunsOptions {
  readonly cacheDir?: string;
  readonly follow?: boolean;
}

const tasksNamed = 10;

/**
 * `pipelines log TASK [RUN]`: what a task wrote. The log alone goes to stdout, so that it can be piped on; whose it is,
 * and why an attempt failed, goes to stderr.
 */
export async function logVerb(task: string, run: string | undefined, options: LogOptions, shell: Shell): Promise<ExitCode> {
  if (options.follow) return followLog(task, theRun(run ?? 'latest', options, shell), shell);
  const { folder, result } = run === undefined ? await latestResult(task, options, shell) : await resultIn(theRun(run, options, shell), task);
  return withCache(options, shell, (cache) => writeLog(result, folder, cache, shell));
}

interface Found {
  readonly folder: RunFolder;
  readonly result: TaskResult;
}

/** In the newest run that came to the task. */
async function latestResult(task: string, options: LogOptions, shell: Shell): Promise<Found> {
  const folders = runFolders(artifactsDirectory(options, shell), options.pipeline);
  for (const folder of folders.toReversed()) {
    const results = (await taskResults(folder, task)).filter(({ outcome }) => outcome !== 'skipped');
    if (results.length > 0) return { folder, result: theOne(results, task) };
  }
  throw new Refusal(`no recorded run has a result of ${task}`, '"pipelines history" lists the runs, "pipelines history --task NAME" the results of a task');
}

async function resultIn(folder: RunFolder, task: string): Promise<Found> {
  const results = await taskResults(folder, task);
  if (results.length === 0) throw new Refusal(`run ${folder.id} of ${folder.pipeline} did not come to ${task}`, '"pipelines history --task" tells which runs did');
  return { folder, result: theOne(results, task) };
}

function theOne(results: readonly TaskResult[], task: string): TaskResult {
  const exact = results.find((result) => result.task === task);
  const [only, ...others] = exact ? [exact] : results;
  if (only && others.length === 0) return only;
  const ids = results.slice(0, tasksNamed).map((result) => result.task);
  throw new Refusal(`${task} names ${results.length} tasks; log takes one`, `${ids.join(', ')}${results.length > tasksNamed ? ', ...' : ''}`);
}

async function writeLog(result: TaskResult, folder: RunFolder, cache: Cache, shell: Shell): Promise<ExitCode> {
  for (const [index, failure] of result.failures.entries()) {
    shell.stderr.write(`${result.task} in run ${folder.id}, attempt ${index + 1} failed (${failure.kind}): ${failure.message}\n`);
    await write(failedLog(result, folder, index + 1, failure), shell);
  }
  switch (result.outcome) {
    case 'failed':
      return exitCode.ok;
    case 'skipped':
      shell.stderr.write(`${result.task} was skipped in run ${folder.id}: it wrote nothing\n`);
      return exitCode.ok;
    case 'unfinished':
      shell.stderr.write(`${result.task} had not ended when run ${folder.id} wrote its last event, ${whenText(result.at)}\n`);
      await write(attemptLog(folder.directory, result.task, result.attempts), shell);
      return exitCode.ok;
    case 'executed':
    case 'cached':
      return writeResultLog(result, folder, cache, shell);
  }
}

/** From the store; what that no longer has, the events of the run that computed it may. */
async function writeResultLog(result: TaskResult, folder: RunFolder, cache: Cache, shell: Shell): Promise<ExitCode> {
  const record = result.fingerprint === undefined ? await cache.actions.latest(folder.pipeline, result.task) : await cache.actions.lookup(result.fingerprint);
  if (!record && result.outcome === 'cached') throw new Refusal(`the result of ${result.task} is no longer in the cache`, 'run it again');
  shell.stderr.write(record ? `${result.task}, computed by ${recordText(record, folder.pipeline, result.task)}\n` : `${result.task} in run ${folder.id}, in ${duration(result.ms ?? 0)}\n`);
  try {
    await write(record ? storedLog(cache, record.log) : attemptLog(folder.directory, result.task, result.attempts), shell);
    return exitCode.ok;
  } catch (error) {
    if (!(error instanceof CorruptObjectError)) throw error;
    if (error.problem === 'missing' && result.outcome === 'executed') {
      await write(attemptLog(folder.directory, result.task, result.attempts), shell);
      return exitCode.ok;
    }
    shell.stderr.write(`${error.message}\n`);
    return exitCode.cacheCorrupt;
  }
}

function failedLog(result: TaskResult, folder: RunFolder, attempt: number, { log }: TaskFailure): AsyncIterable<string | Buffer> {
  return log !== undefined && existsSync(log) ? createReadStream(log) : attemptLog(folder.directory, result.task, attempt);
}

/** A reader that goes away (`| head`) has seen enough. */
async function write(log: AsyncIterable<string | Buffer>, { stdout }: Shell): Promise<void> {
  try {
    await pipe(Readable.from(log), stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

/** Each line as it is written, until the task has ended or the run has. Of a run that is over, what it wrote. */
async function followLog(task: string, folder: RunFolder, shell: Shell): Promise<ExitCode> {
  const { outcome } = await readRun(folder, shell.now());
  if (outcome !== 'running') shell.stderr.write(`run ${folder.id} is over: it ${outcome === 'killed' ? 'was killed' : outcome}\n`);
  const wanted = `"task":${JSON.stringify(task)}`;
  for await (const event of outcome === 'running' ? followedEvents(folder, wanted) : runEvents(folder.directory, wanted)) {
    switch (event.kind) {
      case 'task-log':
        shell.stdout.write(`${event.line}\n`);
        break;
      case 'task-retried':
        shell.stderr.write(`${task}, attempt ${event.attempt} failed (${event.failure.kind}): ${event.failure.message}\n`);
        break;
      case 'task-failed':
        shell.stderr.write(`${task} failed (${event.failure.kind}): ${event.failure.message}\n`);
        return exitCode.taskFailed;
      case 'task-finished':
      case 'task-cached':
      case 'task-skipped':
        return exitCode.ok;
      default:
    }
  }
  return exitCode.ok;
}

async function* followedEvents({ directory }: RunFolder, wanted: string): AsyncGenerator<Event> {
  const batches = followEvents(join(directory, 'events.jsonl'), { wants: (line) => line.includes(wanted), signal: new AbortController().signal });
  for await (const { events } of batches) yield* events;
}
