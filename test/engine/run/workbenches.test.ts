import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workbenches } from '../../../src/engine/run/workbenches.js';
import { makeRig } from './rig.js';

async function benches(): Promise<{ readonly workbenches: Workbenches; readonly problems: string[]; readonly left: () => readonly string[] }> {
  const { cache } = await makeRig();
  const problems: string[] = [];
  return { workbenches: new Workbenches(cache, (message) => problems.push(message)), problems, left: () => readdirSync(join(cache.directory, 'scratch')) };
}

describe('workbenches', () => {
  it('lends one that was left empty again, under another name', async () => {
    const { workbenches } = await benches();
    const first = await workbenches.take();
    mkdirSync(first.out);
    await workbenches.giveBack(first, 'nothing');
    const second = await workbenches.take();
    expect(dirname(second.out)).toBe(dirname(first.out));
    expect(second.out).not.toBe(first.out);
    expect(readdirSync(second.out)).toEqual([]);
    // What still writes where it worked finds nothing there.
    expect(() => { writeFileSync(join(first.out, 'late.txt'), 'late'); }).toThrow('ENOENT');
  });

  it('removes what was left on one', async () => {
    const { workbenches } = await benches();
    const first = await workbenches.take();
    mkdirSync(join(first.out, 'deep'), { recursive: true });
    writeFileSync(join(first.out, 'deep', 'file'), '');
    mkdirSync(first.scratch);
    await workbenches.giveBack(first, 'something');
    const second = await workbenches.take();
    expect([existsSync(second.out), existsSync(second.scratch), existsSync(first.scratch)]).toEqual([false, false, false]);
  });

  it('has as many as are in use at once, and none at the end', async () => {
    const { workbenches, problems, left } = await benches();
    const both = [await workbenches.take(), await workbenches.take()];
    expect(new Set(both.map(({ out }) => dirname(out))).size).toBe(2);
    for (const bench of both) {
      mkdirSync(bench.out);
      await workbenches.giveBack(bench, 'nothing');
    }
    await workbenches.take();
    await workbenches.close();
    expect(left()).toEqual([]);
    expect(problems).toEqual([]);
  });
});
