import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event, EventBody } from '../../src/engine/event.js';

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipelines-serve-'));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export const runId = '01J0000000000000000000000A';
export const startedAt = 1_750_000_000_000;

/** Events a millisecond apart. */
export function inTime(...bodies: readonly EventBody[]): readonly Event[] {
  return bodies.map((body, index) => ({ at: startedAt + index, ...body }));
}

export function runStarted(tasks: number): EventBody {
  return { kind: 'run-started', run: runId, pipeline: 'chain', file: '/project/chain.yaml', tasks, toRun: tasks, estimateMs: null, cores: 2, params: { word: 'hello' } };
}

export function runFinished(executed: number): EventBody {
  return { kind: 'run-finished', outcome: 'succeeded', ms: 10, executed, cached: 0, failed: 0, skipped: 0 };
}

export function linesOf(events: readonly Event[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** The folder of a run, as a run leaves it. */
export function writeRun(artifacts: string, events: readonly Event[], results?: Readonly<Record<string, string>>): string {
  const directory = join(artifacts, 'chain', 'runs', runId);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'events.jsonl'), linesOf(events));
  if (results) writeFileSync(join(directory, 'results.json'), JSON.stringify(results));
  return directory;
}
