import { chmodSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attemptLog, storedLog } from '../../../src/engine/runs/task-log.js';
import { pipelineOf } from '../run/rig.js';
import { makeRecordingRig } from './rig.js';

async function textOf(log: AsyncIterable<string | Buffer>): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of log) pieces.push(piece.toString());
  return pieces.join('');
}

describe('the log of a task', () => {
  it('is read from the store, whole', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', pipelineOf([{ id: 'a', uses: 'misbehave', with: { way: 'log' } }]));
    const record = await rig.cache.actions.latest('rig', 'a');
    const text = await textOf(storedLog(rig.cache, record?.log ?? ''));
    expect(text).toContain('line 0\nline 1\n');
    expect(text).toContain('line 999\n');
    expect(await textOf(attemptLog(rig.recorded('01A').directory, 'a', 1))).toBe(text);
  });

  it('says when its bytes are not what they were', async () => {
    const rig = await makeRecordingRig();
    const { digest } = await rig.cache.store.putBytes(Buffer.from('a log\n'));
    const path = await rig.cache.store.open({ type: 'file', digest, bytes: 6 });
    chmodSync(path, 0o644);
    writeFileSync(path, 'other\n');
    await expect(textOf(storedLog(rig.cache, digest))).rejects.toMatchObject({ name: 'CorruptObjectError', problem: 'corrupt' });
    await expect(textOf(storedLog(rig.cache, '0'.repeat(64)))).rejects.toMatchObject({ problem: 'missing' });
  });

  it('is kept of every failed attempt', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', pipelineOf([{ id: 'a', uses: 'misbehave', attempts: 2, with: { way: 'log-and-fail' } }]));
    expect(await textOf(attemptLog(rig.recorded('01A').directory, 'a', 1))).toBe('reading\n');
    expect(await textOf(attemptLog(rig.recorded('01A').directory, 'a', 2))).toBe('reading\n');
    expect(await textOf(attemptLog(rig.recorded('01A').directory, 'a', 3))).toBe('');
  });
});
