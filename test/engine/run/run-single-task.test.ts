import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createInProcessExecutor } from '../../../src/engine/run/in-process-executor.js';
import { runSingleTask, type SingleTask } from '../../../src/engine/run/run-single-task.js';
import type { InputPort, TaskKind } from '../../../src/engine/task-kind.js';
import { kindsOf, temporaryFolder } from './rig.js';

function kind(name: string, inputs: Record<string, InputPort> = {}): TaskKind {
  const registered = kindsOf().get(name);
  if (!registered) throw new Error(name);
  return { ...registered.kind, inputs };
}

function run(single: Pick<SingleTask, 'kind' | 'outputDirectory'> & Partial<SingleTask>) {
  return runSingleTask({ parameters: {}, inputs: {}, environment: {}, executor: createInProcessExecutor(), signal: new AbortController().signal, onEvent: () => undefined, ...single });
}

const from: InputPort = { description: '', type: 'file', many: true };

describe('a single task', () => {
  it('reads files and writes its outputs into a folder', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'in.txt'), 'content');
    const outputDirectory = join(folder, 'out');
    const result = await run({ kind: kind('concat', { from }), parameters: { text: 't' }, inputs: { from: [join(folder, 'in.txt')] }, outputDirectory });
    expect(result).toEqual({ kind: 'succeeded', outputs: { text: join(outputDirectory, 'text.txt') } });
    expect(readFileSync(join(outputDirectory, 'text.txt'), 'utf8')).toBe('t|{}|content');
    expect(readdirSync(outputDirectory)).toEqual(['text.txt']);
  });

  it('replaces an older folder as a whole', async () => {
    const outputDirectory = await temporaryFolder();
    await run({ kind: kind('tree'), parameters: { text: 'old' }, outputDirectory });
    writeFileSync(join(outputDirectory, 'folder', 'stale.txt'), '');
    await run({ kind: kind('tree'), parameters: { text: 'new' }, outputDirectory });
    expect(readFileSync(join(outputDirectory, 'folder', 'deep', 'b.txt'), 'utf8')).toBe('new');
    expect(existsSync(join(outputDirectory, 'folder', 'stale.txt'))).toBe(false);
    expect(readdirSync(outputDirectory)).toEqual(['folder']);
  });

  it('leaves what was there when it fails', async () => {
    const outputDirectory = await temporaryFolder();
    writeFileSync(join(outputDirectory, 'text.txt'), 'before');
    const result = await run({ kind: kind('misbehave'), parameters: { way: 'task-error' }, outputDirectory });
    expect(result).toMatchObject({ kind: 'failed', failure: { kind: 'task-error' } });
    expect(readFileSync(join(outputDirectory, 'text.txt'), 'utf8')).toBe('before');
    expect(readdirSync(outputDirectory)).toEqual(['text.txt']);
  });

  it('reads one JSON value by its pointer', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'metrics.json');
    writeFileSync(path, '{"metrics":{"loss":0.5}}');
    const value: InputPort = { description: '', type: 'value' };
    const reading = (pointer: string) => run({ kind: kind('concat', { value }), inputs: { value: [`${path}#${pointer}`] }, outputDirectory: join(folder, 'out') });
    expect(await reading('/metrics/loss')).toMatchObject({ kind: 'succeeded' });
    expect(readFileSync(join(folder, 'out', 'text.txt'), 'utf8')).toBe('|0.5');
    expect(await reading('/metrics/gain')).toMatchObject({ kind: 'failed', failure: { message: expect.stringContaining('has no value at "#/metrics/gain"') as string } });
  });

  it.each([
    ['an unknown input', { other: ['x'] }, '"concat" has no input "other"'],
    ['a missing input', {}, '"concat" needs input "from"'],
    ['a missing file', { from: ['/nowhere'] }, 'input "from": there is no file or folder /nowhere'],
  ])('refuses %s', async (_, inputs: Record<string, string[]>, message) => {
    expect(await run({ kind: kind('concat', { from }), inputs, outputDirectory: await temporaryFolder() })).toMatchObject({ kind: 'failed', failure: { kind: 'task-error', message } });
  });
});
