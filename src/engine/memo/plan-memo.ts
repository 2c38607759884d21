import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ActionRecord, Digest, StoredObject } from '../action-record.js';
import { stateOf } from '../cache/file-state.js';
import { declaredEnvironment } from '../decide.js';
import { canonicalJson, type Machine } from '../fingerprint.js';
import type { Pipeline } from '../pipeline.js';
import type { Plan, PlanStep } from '../plan.js';
import { linkOf } from '../run/publish.js';
import type { ActionCache, Cache, ContentStore } from '../store.js';
import { checkedBody, withChecksum } from './checksum.js';

/** What may differ between two plans of one pipeline. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly machine: Machine;
  /** Absolute. */
  readonly artifactsDirectory: string;
}

/**
 * A finished run as bytes: each task's fingerprint and outputs, and what the disk looked like. When all of that still holds,
 * nothing is to be done, and nothing has to be fingerprinted or looked up to know it.
 * @param records of every task, in order
 */
export function encodePlan(pipeline: Pipeline, records: readonly ActionRecord[], snapshots: Plan['snapshots'], cache: Cache, { environment, machine, artifactsDirectory }: Surroundings): Buffer {
  const memo: Memo = {
    environment: environmentOf(pipeline, environment), machine, artifactsDirectory,
    snapshots: [...snapshots],
    latest: cache.actions.latestState(pipeline.name),
    tasks: pipeline.tasks.map((task, index) => {
      const { fingerprint, durationMs, outputs } = records[index] ?? missing(task.id);
      return [fingerprint, durationMs, Object.entries(outputs).map(([name, object]) => {
        const link = linkOf(artifactsDirectory, pipeline.name, task, name);
        if (link === null) return [name, object.type, object.digest, object.bytes, null, null, false];
        return [name, object.type, object.digest, object.bytes, link, stateOf(link), leadsToObject(object, link, cache.store)];
      })];
    }),
  };
  return withChecksum(JSON.stringify(memo));
}

/** Undefined when anything is not as it was. @throws whatever the store throws about the user's files */
export async function recallPlan(bytes: Buffer, pipeline: Pipeline, cache: Cache, surroundings: Surroundings): Promise<Plan | undefined> {
  const memo = decode(bytes);
  if (!memo || memo.tasks.length !== pipeline.tasks.length) return undefined;
  if (canonicalJson(memo.machine) !== canonicalJson(surroundings.machine) || memo.artifactsDirectory !== surroundings.artifactsDirectory) return undefined;
  if (Object.entries(memo.environment).some(([name, value]) => (surroundings.environment[name] ?? null) !== value)) return undefined;
  if (memo.latest === null || memo.latest !== cache.actions.latestState(pipeline.name)) return undefined;
  if (!await snapshotsHold(memo.snapshots, cache.store) || !await outputsHold(memo.tasks, cache.store)) return undefined;
  const steps = memo.tasks.map(([fingerprint, durationMs, outputs]): PlanStep => {
    const objects = Object.fromEntries(outputs.map(([name, type, digest, bytes]): [string, StoredObject] => [name, { type, digest, bytes }]));
    return { kind: 'cached', fingerprint, record: new RecalledRecord(fingerprint, objects, durationMs, cache.actions) };
  });
  return { pipeline, steps, snapshots: new Map(memo.snapshots), estimateMs: 0, publishedIn: surroundings.artifactsDirectory };
}

interface Memo {
  /** Every variable that some task declares. */
  readonly environment: Readonly<Record<string, string | null>>;
  readonly machine: Machine;
  readonly artifactsDirectory: string;
  readonly snapshots: readonly (readonly [string, StoredObject])[];
  readonly latest: string | null;
  readonly tasks: readonly MemoTask[];
}

type MemoTask = readonly [fingerprint: Digest, durationMs: number, outputs: readonly MemoOutput[]];
/** `link` is where the output is published, `state` what its stat looked like through that link; `direct`: the link leads to the object itself. */
type MemoOutput = readonly [name: string, type: 'file' | 'tree', digest: Digest, bytes: number, link: string | null, state: string | null, direct: boolean];

function decode(bytes: Buffer): Memo | undefined {
  const body = checkedBody(bytes);
  return body && JSON.parse(body.toString('utf8')) as Memo;
}

function environmentOf({ tasks }: Pipeline, environment: Surroundings['environment']): Record<string, string | null> {
  return Object.assign({}, ...tasks.map((task) => declaredEnvironment(task, environment))) as Record<string, string | null>;
}

async function snapshotsHold(snapshots: Memo['snapshots'], store: ContentStore): Promise<boolean> {
  for (const [path, { type, digest }] of snapshots) {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return false;
    const now = await store.snapshot(path);
    if (now.type !== type || now.digest !== digest) return false;
  }
  return true;
}

/**
 * An output's link leads to its object by name, so one look through it says that the link is right and the object is there,
 * untouched. What is reached in another way (a folder, a page that has a name of its own) is checked in the store as well.
 */
async function outputsHold(tasks: readonly MemoTask[], store: ContentStore): Promise<boolean> {
  for (const [, , outputs] of tasks) {
    for (const [, type, digest, bytes, link, state, direct] of outputs) {
      if (link === null || state === null || stateOf(link) !== state) return false;
      if (!direct && await store.check({ type, digest, bytes }) !== 'present') return false;
    }
  }
  return true;
}

function leadsToObject(object: StoredObject, link: string, store: ContentStore): boolean {
  return object.type === 'file' && store.place(object, basename(link)) === store.place(object, '');
}

/** A record of which only what plans need was kept; the rest is read when it is asked for. */
class RecalledRecord implements ActionRecord {
  #whole: ActionRecord | undefined;

  constructor(readonly fingerprint: Digest, readonly outputs: Readonly<Record<string, StoredObject>>, readonly durationMs: number, private readonly actions: ActionCache) {}

  get preimage(): ActionRecord['preimage'] { return this.#record.preimage; }
  get log(): Digest { return this.#record.log; }
  get provenance(): ActionRecord['provenance'] { return this.#record.provenance; }

  get #record(): ActionRecord {
    this.#whole ??= this.actions.lookupNow(this.fingerprint);
    if (!this.#whole) throw new Error(`the record of ${this.fingerprint.slice(0, 12)} was removed from the cache meanwhile`);
    return this.#whole;
  }
}

function missing(task: string): never {
  throw new Error(`"${task}" has no record`);
}
