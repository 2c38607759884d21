import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LatestLog } from '../../../src/engine/cache/latest-log.js';
import { Layout } from '../../../src/engine/cache/layout.js';
import { temporaryCache } from './rig.js';

const digest = (letter: string): string => letter.repeat(64);

async function logs(): Promise<{ readonly open: () => LatestLog; readonly file: string }> {
  const layout = new Layout((await temporaryCache()).directory);
  return { open: () => new LatestLog({ layout, durability: 'fast', hardLinks: true }), file: layout.latest('p') };
}

describe('latest-log', () => {
  it('tells the last fingerprint of each task of each pipeline, to other processes too', async () => {
    const { open } = await logs();
    const log = open();
    log.set('p', 'a', digest('1'));
    log.set('p', 'a', digest('2'));
    log.set('q', 'a', digest('3'));
    log.flush();
    for (const reader of [log, open()]) {
      expect([reader.get('p', 'a'), reader.get('q', 'a'), reader.get('p', 'b')]).toEqual([digest('2'), digest('3'), undefined]);
    }
  });

  it('sees what another process appends', async () => {
    const { open } = await logs();
    const [one, other] = [open(), open()];
    one.set('p', 'a', digest('1'));
    one.flush();
    expect(other.get('p', 'a')).toBe(digest('1'));
    other.set('p', 'a', digest('2'));
    other.flush();
    expect(one.get('p', 'a')).toBe(digest('2'));
  });

  it('changes its state exactly when something is remembered anew', async () => {
    const { open } = await logs();
    const log = open();
    expect(log.stateOf('p')).toBeNull();
    log.set('p', 'a', digest('1'));
    const state = log.stateOf('p');
    expect(state).not.toBeNull();
    log.set('p', 'a', digest('1'));
    expect(log.stateOf('p')).toBe(state);
    log.set('p', 'a', digest('2'));
    expect(log.stateOf('p')).not.toBe(state);
  });

  it('passes over torn and strange lines', async () => {
    const { open, file } = await logs();
    const log = open();
    log.set('p', 'a', digest('1'));
    log.flush();
    appendFileSync(file, '["b","');
    log.set('p', 'c', digest('3'));
    log.flush();
    appendFileSync(file, 'null\n["d",5]\n["e","short"]\n');
    const reader = open();
    expect(['a', 'b', 'c', 'd', 'e'].map((task) => reader.get('p', task))).toEqual([digest('1'), undefined, digest('3'), undefined, undefined]);
  });

  it('is rewritten when most of it is out of date', async () => {
    const { open, file } = await logs();
    const line = (task: string, letter: string): string => `${JSON.stringify([task, digest(letter)])}\n`;
    writeFileSync(file, line('a', '1').repeat(5_000) + line('a', '2'));
    const log = open();
    expect(log.get('p', 'a')).toBe(digest('2'));
    log.set('p', 'b', digest('3'));
    await log.close();
    expect(readFileSync(file, 'utf8')).toBe(line('a', '2') + line('b', '3'));
  });

  it('fails nobody where it can neither be read nor written', async () => {
    const { open, file } = await logs();
    mkdirSync(file, { recursive: true });
    const log = open();
    log.set('p', 'a', digest('1'));
    await log.close();
    expect(open().get('p', 'a')).toBeUndefined();
  });
});
