import type { ActionRecord, Digest, StoredObject } from '../action-record.js';
import { explain, leafDifferences, type Difference } from '../explain.js';
import type { Reason } from '../reason.js';
import type { Cache } from '../store.js';
import type { TaskKinds } from '../task-kind.js';
import { metricsOf } from './metrics.js';
import type { RecordedRun } from './recorded-run.js';

/** A run with the results that it ended with: task id -> fingerprint. */
export interface ComparedRun {
  readonly run: RecordedRun;
  readonly fingerprints: ReadonlyMap<string, Digest>;
}

export interface RunComparison {
  /** Parameters of the pipeline; pointers into `params`. */
  readonly parameters: readonly Difference[];
  /** Ids of tasks with a result in only one of the runs. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** How many tasks have one and the same result in both. */
  readonly same: number;
  /** Tasks with another fingerprint. */
  readonly changed: readonly ChangedTask[];
  readonly metrics: readonly MetricChange[];
}

export interface ChangedTask {
  readonly task: string;
  /** What differs first; undefined when a record is no longer in the cache. */
  readonly cause: Reason | undefined;
  readonly outputs: readonly OutputChange[];
  /** How long each result took to compute, whenever that was; undefined where its record is gone. */
  readonly msBefore: number | undefined;
  readonly msAfter: number | undefined;
}

/** An output whose bytes differ. Outputs that are equal are left out: the change ends there. */
export interface OutputChange {
  readonly output: string;
  readonly before: StoredObject | undefined;
  readonly after: StoredObject | undefined;
}

/** A number in a JSON output that differs; undefined on the side where there is none. */
export interface MetricChange {
  readonly task: string;
  readonly output: string;
  readonly pointer: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** What differs between the results of two runs, in the order of the later one. Reads records, and JSON documents that differ. */
export async function compareRuns(before: ComparedRun, after: ComparedRun, { cache, kinds }: { readonly cache: Cache; readonly kinds: TaskKinds }): Promise<RunComparison> {
  const both = [...after.fingerprints.keys()].filter((task) => before.fingerprints.has(task));
  const pairs: Pair[] = [];
  for (const task of both) {
    const [old, now] = [before.fingerprints.get(task), after.fingerprints.get(task)];
    if (old !== undefined && now !== undefined && old !== now) pairs.push({ task, before: await cache.actions.lookup(old), after: await cache.actions.lookup(now) });
  }
  const makers = new Map(pairs.flatMap(({ task, after: record }) => Object.values(record?.outputs ?? {}).map(({ digest }) => [digest, task] as const)));
  const changed = pairs.map((pair) => changedTask(pair, makers, kinds));
  return {
    parameters: leafDifferences('', before.run.params, after.run.params),
    added: [...after.fingerprints.keys()].filter((task) => !before.fingerprints.has(task)),
    removed: [...before.fingerprints.keys()].filter((task) => !after.fingerprints.has(task)),
    same: both.length - pairs.length,
    changed,
    metrics: await metricChanges(changed, cache),
  };
}

interface Pair {
  readonly task: string;
  readonly before: ActionRecord | undefined;
  readonly after: ActionRecord | undefined;
}

/** @param makers of the outputs of tasks with another result: the upstreams that a changed input may come from */
function changedTask({ task, before, after }: Pair, makers: ReadonlyMap<Digest, string>, kinds: TaskKinds): ChangedTask {
  const names = new Set([...Object.keys(before?.outputs ?? {}), ...Object.keys(after?.outputs ?? {})]);
  return {
    task,
    cause: before && after && causeOf(before, after, makers, kinds),
    outputs: before && after
      ? [...names].map((output) => ({ output, before: before.outputs[output], after: after.outputs[output] })).filter((change) => change.before?.digest !== change.after?.digest)
      : [],
    msBefore: before?.durationMs,
    msAfter: after?.durationMs,
  };
}

function causeOf(before: ActionRecord, after: ActionRecord, makers: ReadonlyMap<Digest, string>, kinds: TaskKinds): Reason {
  const parameters = kinds.get(after.preimage.kind)?.kind.parameters;
  return explain(before, after.preimage, {
    upstreamOf(name, index) {
      const input = after.preimage.inputs[name];
      const source = Array.isArray(input) ? (input as readonly { readonly digest?: Digest }[])[index] : input as { readonly digest?: Digest } | undefined;
      return makers.get(source?.digest ?? '') ?? 'outside';
    },
    positionOf: () => undefined,
    ...(parameters && { parameters }),
  });
}

async function metricChanges(changed: readonly ChangedTask[], { store }: Cache): Promise<readonly MetricChange[]> {
  const changes: MetricChange[] = [];
  for (const { task, outputs } of changed) {
    for (const { output, before, after } of outputs) {
      const [old, now] = [await metricsOf(store, before), await metricsOf(store, after)];
      for (const pointer of new Set([...old.keys(), ...now.keys()])) {
        if (old.get(pointer) !== now.get(pointer)) changes.push({ task, output, pointer, before: old.get(pointer), after: now.get(pointer) });
      }
    }
  }
  return changes;
}
