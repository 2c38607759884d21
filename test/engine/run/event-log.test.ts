import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../../src/engine/action-record.js';
import type { Event } from '../../../src/engine/event.js';
import { openEventLog } from '../../../src/engine/run/event-log.js';
import type { RunResult } from '../../../src/engine/run/run-plan.js';
import { temporaryFolder } from './rig.js';

const summary = { run: '01', pipeline: 'rig', outcome: 'succeeded', ms: 1, executed: 1, cached: 0, failed: 0, skipped: 0, failures: [] } as const;
const result: RunResult = { ...summary, results: { a: { fingerprint: 'f'.repeat(64) } as ActionRecord } };
const events: readonly Event[] = [{ at: 1, kind: 'task-cached', task: 'a' }, { at: 2, kind: 'task-log', task: 'b', line: 'ünïcode\n' }];

describe('event-log', () => {
  const open = (artifactsDirectory: string, run: string) => openEventLog({ artifactsDirectory, pipeline: 'rig', run, onProblem(error) { throw error; } });

  it('writes one line an event, readable before the run ends', async () => {
    const folder = await temporaryFolder();
    const log = open(folder, '01');
    for (const event of events) log.append(event);
    await new Promise(setImmediate);
    const written = readFileSync(join(folder, 'rig', 'runs', '01', 'events.jsonl'), 'utf8');
    expect(written.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(events);
    log.close(result);
    expect(JSON.parse(readFileSync(join(log.directory, 'run.json'), 'utf8'))).toEqual(summary);
    expect(JSON.parse(readFileSync(join(log.directory, 'results.json'), 'utf8'))).toEqual({ a: 'f'.repeat(64) });
  });

  it('points `latest` at the newest run', async () => {
    const folder = await temporaryFolder();
    open(folder, '01').close(result);
    open(folder, '02').close(result);
    expect(readlinkSync(join(folder, 'rig', 'runs', 'latest'))).toBe('02');
  });
});
