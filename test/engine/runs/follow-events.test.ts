import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Event } from '../../../src/engine/event.js';
import { followEvents, type EventBatch, type FollowOptions } from '../../../src/engine/runs/follow-events.js';
import { inTime, linesOf, removeTemporaryFolders, runFinished, runStarted, temporaryFolder } from '../../server/recorded.js';

const events = inTime(runStarted(1), { kind: 'task-cached', task: 'speak' }, { kind: 'task-log', task: 'measure', line: 'é' }, runFinished(1));
const never = new AbortController().signal;

function fileWith(text: string): string {
  const path = join(temporaryFolder(), 'events.jsonl');
  writeFileSync(path, text);
  return path;
}

async function all(path: string, options: Partial<FollowOptions> = {}): Promise<readonly EventBatch[]> {
  const batches: EventBatch[] = [];
  for await (const batch of followEvents(path, { signal: never, ...options })) batches.push(batch);
  return batches;
}

const kindsOf = (batches: readonly EventBatch[]): readonly Event['kind'][] => batches.flatMap((batch) => batch.events.map(({ kind }) => kind));

describe('follow-events', () => {
  afterAll(removeTemporaryFolders);

  it('tells a run that has finished, and ends', async () => {
    expect(kindsOf(await all(fileWith(linesOf(events))))).toEqual(['run-started', 'task-cached', 'task-log', 'run-finished']);
  });

  it('goes on from any place it has named, in bytes', async () => {
    const path = fileWith(linesOf(events));
    let next = 0;
    for (let told = 1; told < events.length; told += 1) {
      next += Buffer.byteLength(linesOf(events.slice(told - 1, told)));
      const batches = await all(path, { from: next });
      expect(batches.flatMap((batch) => batch.events)).toEqual(events.slice(told));
      expect(batches.at(-1)?.next).toBe(Buffer.byteLength(linesOf(events)));
    }
  });

  it('tells nothing, and does not wait, when all was told before', async () => {
    const text = linesOf(events);
    expect(await all(fileWith(text), { from: Buffer.byteLength(text) })).toEqual([]);
  });

  it.each([7, 1e9, -1, 0.5, NaN])('begins at the start when asked to go on from %d, which is no start of a line', async (from) => {
    expect(kindsOf(await all(fileWith(linesOf(events)), { from }))).toHaveLength(events.length);
  });

  it('passes over a line that is not wanted or is torn', async () => {
    const path = fileWith(`${linesOf(events.slice(0, 2))}{"at":1,"ki\n${linesOf(events.slice(2))}`);
    expect(kindsOf(await all(path, { wants: (line) => !line.includes('task-cached') }))).toEqual(['run-started', 'task-log', 'run-finished']);
  });

  it('is not ended by a log that says what an event would', async () => {
    const fake = inTime({ kind: 'task-log', task: 'speak', line: '"kind":"run-finished"' });
    expect(kindsOf(await all(fileWith(linesOf([...fake, ...events]))))).toHaveLength(1 + events.length);
  });

  it('waits for what is written, whole lines only, and then ends', async () => {
    const path = fileWith(linesOf(events.slice(0, 1)));
    const stream = followEvents(path, { signal: never });
    expect((await stream.next()).value).toMatchObject({ events: events.slice(0, 1) });
    const line = linesOf(events.slice(1, 2));
    const waiting = stream.next();
    appendFileSync(path, line.slice(0, 20));
    setTimeout(() => { appendFileSync(path, line.slice(20)); }, 150);
    expect((await waiting).value).toMatchObject({ events: events.slice(1, 2) });
    appendFileSync(path, linesOf(events.slice(2)));
    expect((await stream.next()).value).toMatchObject({ events: events.slice(2) });
    expect((await stream.next()).done).toBe(true);
  });

  it('stops waiting when its reader has gone', async () => {
    const gone = new AbortController();
    const stream = followEvents(fileWith(linesOf(events.slice(0, 1))), { signal: gone.signal });
    await stream.next();
    const waiting = stream.next();
    setTimeout(() => { gone.abort(); }, 20);
    expect((await waiting).done).toBe(true);
  });

  it('reads lines longer than it reads at once', async () => {
    const long = inTime({ kind: 'task-log', task: 'speak', line: 'x'.repeat(3_000_000) });
    const batches = await all(fileWith(linesOf([...long, ...events])));
    expect(batches.flatMap((batch) => batch.events)).toHaveLength(1 + events.length);
  });
});
