import { hostname, userInfo } from 'node:os';
import { acceptLatest, commitAccepted, type AcceptResult, type Accepted } from '../engine/accept.js';
import type { Acceptance, ActionRecord } from '../engine/action-record.js';
import { Documents } from '../engine/documents.js';
import type { Json } from '../engine/json.js';
import { thisMachine } from '../library/surroundings.js';
import { count } from '../reporters/format.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { shownPath } from './pipeline-file.js';
import { tasksMatching, withCache, withPlan, type PlanningOptions } from './planning.js';
import { Refusal, type Shell } from './shell.js';
import { table } from './table.js';
import { changeOf } from './why-text.js';

export interface AcceptOptions extends Pick<PlanningOptions, 'profile' | 'param' | 'cacheDir'> {
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

/** How many tasks a refusal names, and how many differences of a task are told. */
const told = 10;

/** `pipelines accept FILE TASK --reason TEXT`: a person vouches that the latest results still stand. Kept and shown wherever they are used. */
export async function acceptVerb(file: string | undefined, pattern: string | undefined, options: AcceptOptions, shell: Shell): Promise<ExitCode> {
  if (options.list) return listAccepted(options, shell);
  if (file === undefined || pattern === undefined) throw new Refusal('accept needs a pipeline and a task', "such as: pipelines accept babel-tower.yaml 'train*' --reason \"only a log line changed\"");
  const reason = options.reason?.trim() ?? '';
  if (reason === '') throw new Refusal('accept needs a reason', 'whoever uses the result will read it: --reason "only a log line changed"');
  return withPlan(file, options, shell, async (planned) => {
    const { pipeline, kinds, cache, plan } = planned;
    const tasks = new Set(tasksMatching(pattern, planned, shell));
    const context = { pipeline, kinds, cache, documents: new Documents(cache.store), environment: shell.environment, machine: thisMachine() };
    const result = await acceptLatest(context, { tasks, reason, by: byWhom(), now: shell.now(), snapshots: plan.snapshots });
    refuseUnlessAcceptable(pattern, result);
    const overtaken = options.dryRun ? [] : await commitAccepted(context, result.accepted);
    const places = { pipeline, shown: (path: string) => shownPath(path, shell) };
    shell.stdout.write([
      `${options.dryRun ? 'would accept' : 'accepted'} ${count(result.accepted.length, 'result')}\n`,
      ...result.accepted.map((accepted) => acceptedText(accepted, places)),
      ...overtaken.map(({ id }) => `  ${id}: another process has committed a result meanwhile; it stays\n`),
    ].join(''));
    return exitCode.ok;
  });
}

/** All or nothing: half a chain that is accepted is no use to anyone. @throws {Refusal} */
function refuseUnlessAcceptable(pattern: string, { accepted, unacceptable, cached }: AcceptResult): void {
  if (unacceptable.length > 0) {
    const rest = unacceptable.length - told;
    const reasons = unacceptable.slice(0, told).map(({ task, why }) => `  ${task.id}: ${why}`);
    throw new Refusal(['nothing was accepted:', ...reasons, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n'), 'name the tasks that have earlier results, those above them included; the others must run');
  }
  if (accepted.length === 0) throw new Refusal(`nothing to accept: ${cached.length === 1 ? `${cached[0]?.id ?? pattern} is cached` : `all ${count(cached.length, 'task')} that match are cached`}`);
}

function acceptedText({ task, record }: Accepted, places: Parameters<typeof changeOf>[2]): string {
  const { differences, from } = record.accepted;
  const rows = differences.slice(0, told).map((difference) => {
    const { what, before, after, from: place } = changeOf(difference, task, places);
    return [`    ${what}`, `${before} -> ${after}`, place];
  });
  const rest = differences.length - told;
  return `  ${task.id}: as ${record.fingerprint.slice(0, 12)}, the result of ${from.slice(0, 12)}\n${table(rows)}${rest > 0 ? `    and ${count(rest, 'more difference')}\n` : ''}`;
}

type AcceptedRecord = ActionRecord & { readonly accepted: Acceptance };

function listAccepted(options: AcceptOptions, shell: Shell): Promise<ExitCode> {
  return withCache(options, shell, async (cache) => {
    const accepted: AcceptedRecord[] = [];
    for await (const record of cache.actions.records()) if (isAccepted(record)) accepted.push(record);
    accepted.sort((one, other) => (one.accepted.at < other.accepted.at ? -1 : 1));
    shell.stdout.write(options.json ? `${JSON.stringify(accepted.map(acceptedJson), null, 2)}\n` : listText(accepted));
    return exitCode.ok;
  });
}

function isAccepted(record: ActionRecord): record is AcceptedRecord {
  return record.accepted !== undefined;
}

function listText(accepted: readonly AcceptedRecord[]): string {
  if (accepted.length === 0) return 'no result in this cache was accepted\n';
  return accepted.map(({ fingerprint, provenance, accepted: { reason, by, at, from, differences } }) => `${provenance.task} of ${provenance.pipeline}: ${reason}\n${table([
    ['  by', `${by} on ${at}`],
    ['  fingerprint', `${fingerprint.slice(0, 12)}, the result of ${from.slice(0, 12)}`],
    ['  differs in', differences.map(({ pointer }) => pointer.slice(1).replaceAll('/', '.')).join(', ')],
  ])}`).join('');
}

function acceptedJson({ fingerprint, provenance, accepted }: AcceptedRecord): Json {
  return JSON.parse(JSON.stringify({ task: provenance.task, pipeline: provenance.pipeline, fingerprint, ...accepted })) as Json;
}

function byWhom(): string {
  return `${userName()}@${hostname()}`;
}

/** A container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
