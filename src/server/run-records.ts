import { LRUCache } from 'lru-cache';
import type { ActionRecord } from '../engine/action-record.js';
import type { JsonObject } from '../engine/json.js';
import type { Pipeline } from '../engine/pipeline.js';
import { readResults, type RecordedRun } from '../engine/runs/recorded-run.js';
import type { RunFolder } from '../engine/runs/run-folders.js';
import type { Cache } from '../engine/store.js';

/** The pipeline that a run ran, loaded again from its file, or why that cannot be. */
export type LoadedPipeline =
  | { readonly kind: 'ok'; readonly pipeline: Pipeline }
  | { readonly kind: 'unknown'; readonly because: string };

/** Reads a pipeline file as a run did: with the parameters that the run had. */
export type LoadPipelineOfRun = (file: string, params: JsonObject) => Promise<LoadedPipeline>;

/** Runs whose pipeline and results are kept: what somebody looks at, and the few they compare it with. */
const runsKept = 8;

/** What a run left besides its events: the pipeline it ran, and the record of each task. */
export class RunRecords {
  readonly #pipelines = new LRUCache<string, Promise<LoadedPipeline>>({ max: runsKept });
  readonly #results = new LRUCache<string, ReadonlyMap<string, string>>({ max: runsKept });

  constructor(private readonly cache: Cache, private readonly load: LoadPipelineOfRun) {}

  pipeline(folder: RunFolder, { file, params, pipeline }: RecordedRun): Promise<LoadedPipeline> {
    const known = this.#pipelines.get(folder.directory);
    if (known) return known;
    const loading = file === undefined
      ? Promise.resolve({ kind: 'unknown', because: 'the first event of this run is lost' } as const)
      : this.load(file, params).then((loaded): LoadedPipeline => loaded.kind === 'ok' && loaded.pipeline.name !== pipeline
        ? { kind: 'unknown', because: `${file} is now the pipeline ${loaded.pipeline.name}` } : loaded);
    this.#pipelines.set(folder.directory, loading);
    return loading;
  }

  /** The record behind a task's outputs in this run; undefined until there are any, and when it was collected since. */
  async recordOf(folder: RunFolder, { pipeline }: RecordedRun, task: string): Promise<ActionRecord | undefined> {
    const results = this.#resultsOf(folder);
    if (results === undefined) return this.cache.actions.latest(pipeline, task);
    const fingerprint = results.get(task);
    return fingerprint === undefined ? undefined : this.cache.actions.lookup(fingerprint);
  }

  /** Undefined for a run that has not ended: what a task last had is then what it has in this one. */
  #resultsOf({ directory }: RunFolder): ReadonlyMap<string, string> | undefined {
    const known = this.#results.get(directory);
    if (known) return known;
    const results = readResults(directory);
    if (results) this.#results.set(directory, results);
    return results;
  }
}
