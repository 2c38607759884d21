import { join } from 'node:path';
import type { Event } from '../engine/event.js';
import { followEvents } from '../engine/runs/follow-events.js';
import type { RunFolder } from '../engine/runs/run-folders.js';
import type { Cache } from '../engine/store.js';
import type { EventMessage, LogMessage, RunEntry, RunGraph } from './api.js';
import { artifactOf, fileInTree, listingOfTree, type Artifact } from './artifact.js';
import type { Message } from './message-stream.js';
import { readersOf, runGraph } from './run-graph.js';
import type { RunRecords } from './run-records.js';
import { taskDetail, type PlacedTask } from './task-detail.js';
import type { WatchedRuns } from './watched-runs.js';

/** What is sent back. */
export type Reply =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'messages'; readonly messages: AsyncIterable<Message> }
  | { readonly kind: 'artifact'; readonly artifact: Artifact; readonly asDownload: boolean }
  | { readonly kind: 'missing'; readonly message: string };

export interface RouteContext {
  readonly runs: WatchedRuns;
  readonly records: RunRecords;
  readonly cache: Cache;
  /** A path as the user would name it. */
  readonly shownPath: (path: string) => string;
}

export interface Asked {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly lastEventId: string | undefined;
  /** Aborted when the reader has gone. */
  readonly signal: AbortSignal;
}

/** A run that somebody asks about. */
interface AskedRun extends Asked {
  readonly folder: RunFolder;
  readonly run: RunEntry;
}

const listEveryMs = 2000;
const nothingHere: Reply = { kind: 'missing', message: 'there is nothing at this address' };

/** Answers whatever begins with `/api`. */
export async function answer(asked: Asked, context: RouteContext): Promise<Reply> {
  const [, section, name, id, view] = asked.path;
  if (section !== 'runs') return nothingHere;
  if (name === undefined) return { kind: 'json', value: await context.runs.list() };
  if (name === 'watch' && id === undefined) return { kind: 'messages', messages: context.runs.changes(listEveryMs, asked.signal) };
  const folder = id === undefined ? undefined : context.runs.find(name, id);
  if (!folder) return { kind: 'missing', message: 'there is no such run' };
  const run = await context.runs.entry(folder);
  return answerAboutRun(view, { ...asked, folder, run }, context);
}

async function answerAboutRun(view: string | undefined, asked: AskedRun, context: RouteContext): Promise<Reply> {
  switch (view) {
    case undefined:
      return { kind: 'json', value: asked.run };
    case 'events':
      return { kind: 'messages', messages: eventMessages(asked) };
    case 'log':
      return { kind: 'messages', messages: logMessages(asked) };
    case 'graph':
      return { kind: 'json', value: await graphOf(asked, context) };
    case 'task':
      return detailOf(asked, context);
    case 'tree':
      return treeOf(asked, context);
    case 'artifact':
      return artifactReply(asked, context);
    default:
      return nothingHere;
  }
}

const eventsFile = ({ folder }: AskedRun): string => join(folder.directory, 'events.jsonl');

/** `Last-Event-ID` when the browser comes again by itself, `from` when the page comes back to a run. */
const startOf = ({ lastEventId, query }: Asked): number => Number(lastEventId ?? query.get('from') ?? 0);

async function* eventMessages(asked: AskedRun): AsyncGenerator<Message> {
  const wants = (line: string): boolean => !line.includes('"kind":"task-log"');
  for await (const { events, next } of followEvents(eventsFile(asked), { from: startOf(asked), wants, signal: asked.signal })) {
    yield { id: String(next), data: withoutOvertaken(events) satisfies EventMessage };
  }
}

/** Of a task's progress only the newest of the batch. */
function withoutOvertaken(events: readonly Event[]): readonly Event[] {
  const newest = new Map<string, Event>();
  for (const event of events) if (event.kind === 'task-progress') newest.set(event.task, event);
  return events.filter((event) => event.kind !== 'task-progress' || newest.get(event.task) === event);
}

async function* logMessages(asked: AskedRun): AsyncGenerator<Message> {
  const task = asked.query.get('task') ?? '';
  const about = `"task":${JSON.stringify(task)}`;
  const wants = (line: string): boolean => line.includes(about);
  for await (const { events, next } of followEvents(eventsFile(asked), { from: startOf(asked), wants, signal: asked.signal })) {
    const lines: LogMessage = events.flatMap((event) => logLine(event, task));
    if (lines.length > 0) yield { id: String(next), data: lines };
  }
}

function logLine(event: Event, task: string): readonly string[] {
  if (!('task' in event) || event.task !== task) return [];
  if (event.kind === 'task-log') return [event.line];
  return event.kind === 'task-started' && event.attempt > 1 ? [`--- attempt ${event.attempt} ---`] : [];
}

async function graphOf({ folder, run }: AskedRun, { records }: RouteContext): Promise<RunGraph> {
  const loaded = await records.pipeline(folder, run);
  return loaded.kind === 'ok' ? runGraph(loaded.pipeline) : { kind: 'unknown', because: loaded.because };
}

async function detailOf(asked: AskedRun, context: RouteContext): Promise<Reply> {
  const id = asked.query.get('id') ?? '';
  const placed = await placedTask(id, asked, context);
  const detail = taskDetail(id, placed, await context.records.recordOf(asked.folder, asked.run, id));
  return detail ? { kind: 'json', value: detail } : { kind: 'missing', message: 'this run has no such task' };
}

async function placedTask(id: string, { folder, run }: AskedRun, { records, shownPath }: RouteContext): Promise<PlacedTask | undefined> {
  const loaded = await records.pipeline(folder, run);
  if (loaded.kind === 'unknown') return undefined;
  const { pipeline } = loaded;
  const task = pipeline.tasks.find((candidate) => candidate.id === id);
  return task && { pipeline, task, readers: readersOf(pipeline)[task.index] ?? [], file: shownPath(pipeline.file) };
}

/** The artifact that a request names by a task and a digest of its record. */
async function askedArtifact(asked: AskedRun, context: RouteContext): Promise<Artifact | undefined> {
  const id = asked.query.get('task') ?? '';
  const record = await context.records.recordOf(asked.folder, asked.run, id);
  const placed = await placedTask(id, asked, context);
  return record && artifactOf(record, placed?.task, asked.query.get('digest') ?? '');
}

const noArtifact: Reply = { kind: 'missing', message: 'this task has no such artifact in this run' };

async function treeOf(asked: AskedRun, context: RouteContext): Promise<Reply> {
  const artifact = await askedArtifact(asked, context);
  if (artifact?.object.type !== 'tree') return noArtifact;
  return { kind: 'json', value: await listingOfTree(context.cache.store, artifact.object) };
}

async function artifactReply(asked: AskedRun, context: RouteContext): Promise<Reply> {
  const artifact = await askedArtifact(asked, context);
  if (!artifact) return noArtifact;
  const asDownload = asked.query.has('download');
  if (artifact.object.type === 'file') return { kind: 'artifact', artifact, asDownload };
  const file = await fileInTree(context.cache.store, artifact.object, asked.query.get('file') ?? '');
  return file ? { kind: 'artifact', artifact: file, asDownload } : noArtifact;
}
