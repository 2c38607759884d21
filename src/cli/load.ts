import { renderDiagnostics } from '../engine/diagnostic.js';
import { loadPipeline } from '../engine/load/load-pipeline.js';
import type { Diagnostic, Pipeline } from '../engine/pipeline.js';
import type { TaskKinds } from '../engine/task-kind.js';
import { wantsColor } from '../reporters/format.js';
import { registeredKinds } from '../tasks/registry.js';
import { parseAssignments } from './assignments.js';
import { readPipelineFile, shownPath } from './pipeline-file.js';
import { Refusal, type Shell } from './shell.js';

export interface ParameterOptions {
  readonly profile?: string;
  readonly param?: readonly string[];
}

export interface LoadedFile {
  readonly pipeline: Pipeline;
  readonly kinds: TaskKinds;
  /** Of the pipeline file, for messages that show a line of it. */
  readonly text: string;
}

/**
 * The pipeline in a file, with the profile and the parameters of the command line.
 * @throws {Refusal} with every mistake in the file
 */
export async function loadFile(name: string, options: ParameterOptions, shell: Shell): Promise<LoadedFile> {
  const params = parseAssignments('-p', options.param ?? []);
  const { file, text } = await readPipelineFile(name, shell);
  const kinds = registeredKinds();
  const result = loadPipeline(shownPath(file, shell), text, kinds, { params, ...(options.profile === undefined ? {} : { profile: options.profile }) });
  if (result.kind === 'invalid') throw refusalOf(result.diagnostics, text, shell);
  return { pipeline: result.pipeline, kinds, text };
}

/** Each mistake with its line and a caret. */
export function refusalOf(diagnostics: readonly Diagnostic[], text: string, shell: Shell): Refusal {
  return new Refusal(renderDiagnostics(diagnostics, text, { color: wantsColor(shell.stderr, shell.environment) }).trimEnd());
}
