import { resolve } from 'node:path';
import { renderDiagnostics } from '../engine/diagnostic.js';
import type { Diagnostic } from '../engine/pipeline.js';
import { loadPipelineText, type LoadedPipeline } from '../library/load-pipeline.js';
import { cacheDirectory } from '../library/surroundings.js';
import { annotation, fileInRepository } from '../reporters/annotations.js';
import { wantsColor } from '../reporters/format.js';
import { parseAssignments } from './assignments.js';
import { readPipelineFile, shownPath } from './pipeline-file.js';
import { Refusal, type Shell } from './shell.js';

export interface ParameterOptions {
  readonly profile?: string;
  readonly param?: readonly string[];
  readonly cacheDir?: string;
}

/**
 * The pipeline in a file, with the profile and the parameters of the command line.
 * @throws {Refusal} with every mistake in the file
 */
export async function loadFile(name: string, options: ParameterOptions, shell: Shell): Promise<LoadedPipeline> {
  const params = await parseAssignments('-p', options.param ?? []);
  const { file, text } = await readPipelineFile(name, shell);
  const result = await loadPipelineText(shownPath(file, shell), text, {
    params, cache: cacheDirectory(options.cacheDir, shell.environment, shell.directory), ...(options.profile === undefined ? {} : { profile: options.profile }),
  });
  if (result.kind === 'invalid') throw refusalOf(result.diagnostics, text, shell);
  return result;
}

/** Each mistake with its line and a caret. */
export function refusalOf(diagnostics: readonly Diagnostic[], text: string, shell: Shell): Refusal {
  const shown = diagnostics.map((diagnostic) => ({ ...diagnostic, file: shownPath(diagnostic.file, shell) }));
  const rendered = renderDiagnostics(shown, text, { color: wantsColor(shell.stderr, shell.environment) }).trimEnd();
  return new Refusal(shell.environment['GITHUB_ACTIONS'] === 'true' ? [rendered, '', ...diagnostics.map((diagnostic) => annotationOf(diagnostic, shell))].join('\n') : rendered);
}

/** The same mistake for GitHub Actions, which shows it beside the line. */
function annotationOf({ file, position, message, hint }: Diagnostic, shell: Shell): string {
  const place = { file: fileInRepository(resolve(shell.directory, file), shell.environment), position };
  return annotation('error', 'wrong pipeline', hint === undefined ? message : `${message}\n${hint}`, place);
}
