import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Pipeline, Task } from '../engine/pipeline.js';
import { linkOf } from '../engine/run/publish.js';
import type { TaskKinds } from '../engine/task-kind.js';
import type { Shell } from './shell.js';

/** `artifacts/` in the working directory, unless `--artifacts-dir` says otherwise. */
export function artifactsDirectory(options: { readonly artifactsDir?: string }, shell: Shell): string {
  return resolve(shell.directory, options.artifactsDir ?? 'artifacts');
}

/** Where a task's output is linked for people; undefined when it is not there. */
export function artifactPath(directory: string, pipeline: Pipeline, task: Task, output: string): string | undefined {
  const link = linkOf(directory, pipeline.name, task, output);
  return link !== null && existsSync(link) ? link : undefined;
}

/** The pages that a run made for people to read: HTML outputs of the tasks that `succeeded`, in the pipeline's order. */
export function reportPaths(directory: string, pipeline: Pipeline, kinds: TaskKinds, succeeded: ReadonlySet<string>): readonly string[] {
  return pipeline.tasks.filter((task) => succeeded.has(task.id)).flatMap((task) =>
    Object.entries(task.outputs)
      .filter(([name, { fileName }]) => (kinds.get(task.uses)?.kind.outputs[name]?.mediaType === 'text/html') || (task.name === 'report' && fileName.endsWith('.html')))
      .flatMap(([name]) => artifactPath(directory, pipeline, task, name) ?? []));
}
