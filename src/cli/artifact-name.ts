import { existsSync, realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { contentDigest } from '../engine/provenance/content-digest.js';
import type { Producer, RecordIndex } from '../engine/provenance/record-index.js';
import type { Cache } from '../engine/store.js';
import { shownPath } from './pipeline-file.js';
import type { Planned } from './planning.js';
import { Refusal, type Shell } from './shell.js';

/** An artifact that a person named, in whatever way. */
export interface NamedArtifact {
  readonly digest: string;
  /** What to call it. */
  readonly name: string;
  /** The result that gave it, where the name says which. */
  readonly producer?: Producer;
}

const leastPrefix = 4;
const digestsNamed = 5;

/**
 * An artifact by its digest, the beginning of one, a path, or `task.output` of a pipeline.
 * @throws {Refusal} when it is none of these, or is known to no result
 */
export async function artifactNamed(text: string, index: RecordIndex, cache: Cache, planned: Planned | undefined, shell: Shell): Promise<NamedArtifact> {
  const output = planned && outputNamed(text, planned);
  if (output) return output;
  const path = resolve(shell.directory, text);
  if (existsSync(path)) return atPath(path, index, cache, shell);
  if (new RegExp(`^[0-9a-f]{${leastPrefix},64}$`, 'i').test(text)) return startingWith(text.toLowerCase(), index);
  throw new Refusal(`there is no artifact ${text}`, planned
    ? `name a file, a digest or a task.output of ${planned.pipeline.name}, such as ${exampleOutput(planned)}`
    : 'name a file or a digest; with --file PIPELINE also a task.output of it');
}

/** undefined when the pipeline has no such output. */
function outputNamed(text: string, { pipeline, plan }: Planned): NamedArtifact | undefined {
  const dot = text.lastIndexOf('.');
  const [id, output] = [text.slice(0, dot), text.slice(dot + 1)];
  const task = pipeline.tasks.find((candidate) => candidate.id === id);
  if (!task || !Object.hasOwn(task.outputs, output)) return undefined;
  const step = plan.steps[task.index];
  const record = step && 'record' in step ? step.record : undefined;
  const object = record?.outputs[output];
  if (!record || !object) throw new Refusal(`${text} is not in the cache: ${id} has yet to run`, '"pipelines plan" says what would run');
  return { digest: object.digest, name: text, producer: { record, output } };
}

function exampleOutput({ pipeline }: Planned): string {
  const [task] = pipeline.tasks;
  return task ? `${task.id}.${Object.keys(task.outputs)[0] ?? ''}` : '(it has no tasks)';
}

/** A file or folder is what its content is. One inside a folder that a task made stands for that folder. */
async function atPath(path: string, index: RecordIndex, cache: Cache, shell: Shell): Promise<NamedArtifact> {
  const name = shownPath(path, shell);
  const around = treeAround(realpathSync(path), cache);
  if (around !== undefined && index.knows(around)) return { digest: around, name };
  const digest = await contentDigest(path);
  if (index.knows(digest)) return { digest, name };
  throw new Refusal(`no result in the cache gave or read ${name} (sha256 ${digest.slice(0, 12)})`, 'is it in another cache? (--cache-dir)');
}

/** The tree of the store that a path is, or is in. */
function treeAround(path: string, { directory }: Cache): string | undefined {
  const [folder, shard = '', rest = ''] = relative(realpathSync(directory), path).split(sep);
  return folder === 'trees' && /^[0-9a-f]{64}$/.test(shard + rest) ? shard + rest : undefined;
}

function startingWith(prefix: string, index: RecordIndex): NamedArtifact {
  const [digest, ...others] = index.startingWith(prefix);
  if (digest === undefined) throw new Refusal(`no result in the cache gave or read an artifact whose digest begins with ${prefix}`, 'is it in another cache? (--cache-dir)');
  if (others.length > 0) throw new Refusal(`${prefix} begins ${others.length + 1} digests`, [digest, ...others].slice(0, digestsNamed).join(', '));
  return { digest, name: digest.slice(0, 12) };
}
