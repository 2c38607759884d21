import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ActionRecord, Digest } from '../action-record.js';
import { replaceWhole } from '../cache/atomic-write.js';
import { digestOf } from '../fingerprint.js';
import type { LoadOptions, Pipeline } from '../pipeline.js';
import type { Plan } from '../plan.js';
import type { RunResult } from '../run/run-plan.js';
import type { Cache } from '../store.js';
import type { TaskKinds } from '../task-kind.js';
import { decodePipeline, encodePipeline } from './pipeline-memo.js';
import { encodePlan, recallPlan, type Surroundings } from './plan-memo.js';

/** What a pipeline is made from. */
export interface PipelineSource {
  readonly file: string;
  readonly text: string;
  readonly kinds: TaskKinds;
  readonly options: LoadOptions;
}

/** Memos of this many pipelines, profiles and parameters stay. */
const kept = 16;

/**
 * What a finished run leaves in `plans/` of the cache directory for the next one: the pipeline as it was expanded and the plan as
 * it was carried out, under a key of all that the pipeline is made from. Disposable: without them everything is worked out again.
 */
export class Memos {
  readonly #folder: string;
  readonly #key: Digest;

  constructor(cacheDirectory: string, source: PipelineSource) {
    this.#folder = join(cacheDirectory, 'plans');
    this.#key = keyOf(source);
  }

  pipeline(): Pipeline | undefined {
    const bytes = read(this.#path('pipeline'));
    const pipeline = bytes && decodePipeline(bytes);
    if (bytes && !pipeline) remove(this.#path('pipeline'));
    return pipeline;
  }

  /** Undefined when anything is to be done, or may be. */
  async plan(pipeline: Pipeline, cache: Cache, surroundings: Surroundings): Promise<Plan | undefined> {
    const bytes = read(this.#path('plan'));
    const plan = bytes && await recallPlan(bytes, pipeline, cache, surroundings);
    if (plan) this.#touch();
    return plan;
  }

  /** After a run that left nothing to do. That it cannot be written is no failure. */
  async save(plan: Plan, result: RunResult, cache: Cache, surroundings: Surroundings): Promise<void> {
    const records = recordsToKeep(plan, result);
    if (!records) return;
    const { pipeline, snapshots } = plan;
    try {
      mkdirSync(this.#folder, { recursive: true });
      if (!existsSync(this.#path('pipeline'))) replaceWhole(this.#path('pipeline'), encodePipeline(pipeline));
      replaceWhole(this.#path('plan'), encodePlan(pipeline, records, snapshots, cache, surroundings));
      await this.#forgetOldest();
    } catch {
      remove(this.#path('plan'));
    }
  }

  #path(part: 'pipeline' | 'plan'): string {
    return join(this.#folder, `${this.#key}.${part}`);
  }

  /** What is used is not forgotten, nor is what it names collected. */
  #touch(): void {
    const now = new Date();
    for (const part of ['pipeline', 'plan'] as const) {
      try {
        utimesSync(this.#path(part), now, now);
      } catch {
        // A cache that may only be read.
      }
    }
  }

  async #forgetOldest(): Promise<void> {
    const names = await readdir(this.#folder);
    if (names.length <= 2 * kept) return;
    const age = (name: string): number => statSync(join(this.#folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const oldest = names.map((name) => ({ name, at: age(name) })).sort((a, b) => b.at - a.at).slice(2 * kept);
    for (const { name } of oldest) rmSync(join(this.#folder, name), { force: true });
  }
}

/** Undefined unless every task has a result of its own: one that was kept or accepted has to be told of again. */
function recordsToKeep({ pipeline, steps, publishedIn }: Plan, { outcome, results }: RunResult): readonly ActionRecord[] | undefined {
  if (outcome !== 'succeeded' || publishedIn !== undefined) return undefined;
  if (steps.some((step) => step.kind === 'not-selected' || (step.kind === 'cached' && step.keptDespite))) return undefined;
  const records = pipeline.tasks.flatMap(({ id }) => results[id] ?? []);
  return records.length === pipeline.tasks.length && records.every(({ accepted }) => accepted === undefined) ? records : undefined;
}

/** Raised when the format of a memo changes. */
const format = 1;

function keyOf({ file, text, kinds, options }: PipelineSource): Digest {
  return digestOf(JSON.stringify([
    format, build(), resolve(file), digestOf(text), options,
    [...kinds].map(([name, { kind, ...registered }]) => [name, kind, registered]),
  ]));
}

/** Whatever else of this engine a pipeline depends on changes with its build, and every build writes this file anew. */
function build(): number {
  return statSync(fileURLToPath(import.meta.url)).mtimeMs;
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A cache that may only be read, or a failing disk: what is wrong in a memo is found when it is read.
  }
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
