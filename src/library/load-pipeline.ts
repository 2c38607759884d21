import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isSystemError } from '../engine/cache/errors.js';
import { quote } from '../engine/load/suggest.js';
import { Memos } from '../engine/memo/memos.js';
import { withOwnKinds, type KindsOfPipeline } from '../engine/own-kinds/own-kinds-in-pipeline.js';
import { RememberedCode } from '../engine/own-kinds/remembered-code.js';
import type { Diagnostic, LoadOptions, Pipeline } from '../engine/pipeline.js';
import type { TaskKinds } from '../engine/task-kind.js';
import { registeredKinds } from '../tasks/registry.js';
import { cacheDirectory, shownFrom } from './surroundings.js';

export interface LoadPipelineOptions extends LoadOptions {
  /** What `uses:` can name besides files. Default: the kinds that come with this package. */
  readonly kinds?: TaskKinds;
  /** The cache directory, where digests of the code of own kinds are remembered. Default: as for `plan`. */
  readonly cache?: string;
}

/** A pipeline file without a mistake, and what planning it takes. */
export interface LoadedPipeline {
  readonly kind: 'ok';
  readonly pipeline: Pipeline;
  /** Those of the options, and the kinds in files that the pipeline names by their paths. */
  readonly kinds: TaskKinds;
  /** Of the file, for `renderDiagnostics`. */
  readonly text: string;
  /** What earlier runs left about it. */
  readonly memos: Memos;
}

/** All mistakes, for `renderDiagnostics(diagnostics, text, { color })`. */
export interface Invalid {
  readonly kind: 'invalid';
  readonly diagnostics: readonly Diagnostic[];
  readonly text: string;
}

/**
 * Reads, validates and expands a pipeline file. Loads the task kinds that it names by a path (`uses: ./my-task.js`), so
 * their modules run. A file that cannot be read is a diagnostic, too.
 * @param file relative to the working directory
 */
export async function loadPipeline(file: string, options: LoadPipelineOptions = {}): Promise<LoadedPipeline | Invalid> {
  const shown = shownFrom(process.cwd(), resolve(file));
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { kind: 'invalid', diagnostics: [{ code: 'unreadable-file', message: `the file cannot be read: ${error.message}`, file: shown }], text: '' };
  }
  return loadPipelineText(shown, text, options);
}

/**
 * The same for a text at hand.
 * @param file as diagnostics should name it; paths in the text start at its folder
 */
export async function loadPipelineText(file: string, text: string, { kinds: given, cache, ...options }: LoadPipelineOptions = {}): Promise<LoadedPipeline | Invalid> {
  const directory = cacheDirectory(cache);
  const remembered = new RememberedCode(join(directory, 'code'));
  const own = await withOwnKinds(file, text, given ?? registeredKinds(), { remembered });
  const memos = new Memos(directory, { file, text, kinds: own.kinds, options });
  const recalled = own.diagnostics.length === 0 ? memos.pipeline() : undefined;
  if (recalled) return { kind: 'ok', pipeline: recalled, kinds: own.kinds, text, memos };
  // Parser and validator take longer to load than most commands do.
  const { loadPipeline: loadWithKinds } = await import('../engine/load/load-pipeline.js');
  const result = loadWithKinds(file, text, own.kinds, options);
  if (result.kind === 'ok') return { kind: 'ok', pipeline: result.pipeline, kinds: own.kinds, text, memos };
  return { kind: 'invalid', diagnostics: joined(own, result.diagnostics), text };
}

/** In the order of the text. That a broken kind is unknown, too, says nothing new. */
function joined({ diagnostics, broken }: KindsOfPipeline, found: readonly Diagnostic[]): readonly Diagnostic[] {
  if (diagnostics.length === 0) return found;
  const unknown = new Set([...broken].map((uses) => `unknown task kind ${quote(uses)}`));
  const others = found.filter(({ code, message }) => code !== 'unknown-kind' || !unknown.has(message));
  const at = ({ position }: Diagnostic): number => (position?.line ?? Infinity) * 1e6 + (position?.column ?? 0);
  return [...diagnostics, ...others].sort((a, b) => at(a) - at(b));
}
