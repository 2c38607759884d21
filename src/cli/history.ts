import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { leafDifferences } from '../engine/explain.js';
import type { Json } from '../engine/json.js';
import { folderName, runsFolder } from '../engine/run/publish.js';
import { readRun, type RecordedRun } from '../engine/runs/recorded-run.js';
import { runFolders, type RunFolder } from '../engine/runs/run-folders.js';
import { taskResults, type TaskResult } from '../engine/runs/task-results.js';
import { artifactsDirectory } from './artifacts.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { runsText, taskResultsText, type RunInHistory } from './history-text.js';
import { loadFile } from './load.js';
import { Refusal, type Shell } from './shell.js';

export interface HistoryOptions {
  readonly artifactsDir?: string;
  readonly task?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Unless all are asked for. */
const newestTold = 20;

/** `pipelines history [PIPELINE]`: the recorded runs, or with `--task` the results that a task has had. */
export async function historyVerb(pipeline: string | undefined, options: HistoryOptions, shell: Shell): Promise<ExitCode> {
  const folders = runFolders(artifactsDirectory(options, shell), pipeline === undefined ? undefined : await nameOf(pipeline, options, shell));
  if (folders.length === 0) throw new Refusal(`there are no runs of ${pipeline ?? 'any pipeline'} in ${artifactsDirectory(options, shell)}`, '"pipelines run" records each run there');
  if (options.task !== undefined) return taskHistory(options.task, folders, options, shell);

  const shown = options.all ? folders : folders.slice(-newestTold);
  const runs = await withChanges(folders, shown.length, shell);
  shell.stdout.write(options.json ? jsonText(runs.map(runJson)) : runsText(runs, folders.length - shown.length));
  return exitCode.ok;
}

async function taskHistory(pattern: string, folders: readonly RunFolder[], options: HistoryOptions, shell: Shell): Promise<ExitCode> {
  const results: TaskResult[] = [];
  for (const folder of folders) results.push(...await taskResults(folder, pattern));
  if (results.length === 0) throw new Refusal(`no recorded run has a task ${pattern}`, 'a task id, a task name, or a glob over either');
  shell.stdout.write(options.json ? jsonText(results) : taskResultsText(results));
  return exitCode.ok;
}

/** The last so many runs, each with what its parameters differ in from the run of the same pipeline before it. */
async function withChanges(folders: readonly RunFolder[], last: number, { now }: Shell): Promise<readonly RunInHistory[]> {
  const previous = new Map<string, RecordedRun>();
  const runs: RunInHistory[] = [];
  const first = folders.length - last;
  for (const [index, folder] of folders.entries()) {
    // Of the runs that are not told, only the last of each pipeline is needed.
    if (index < first && folders.slice(index + 1, first).some(({ pipeline }) => pipeline === folder.pipeline)) continue;
    const run = await readRun(folder, now());
    const before = previous.get(folder.pipeline);
    previous.set(folder.pipeline, run);
    if (index >= first) runs.push({ run, changes: before ? leafDifferences('', before.params, run.params) : undefined });
  }
  return runs;
}

/** A name as in `artifacts/`, or that of the pipeline in a file. */
async function nameOf(pipeline: string, options: HistoryOptions, shell: Shell): Promise<string> {
  if (existsSync(join(artifactsDirectory(options, shell), folderName(pipeline), runsFolder))) return pipeline;
  return (await loadFile(pipeline, {}, shell)).pipeline.name;
}

function runJson({ run, changes }: RunInHistory): object {
  return { ...run, changes: changes ?? null };
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value as Json, null, 2)}\n`;
}
