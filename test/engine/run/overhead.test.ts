import { expect, it, describe } from 'vitest';
import { makeRig, pipelineOf, type TaskSpec } from './rig.js';

/** Processor time, not the clock's: a busy machine makes everything late, and nothing heavier. */
async function cpuMsOf<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1000 };
}

describe('the engine\'s own work', () => {
  it('stays small over 1,000 tasks: nothing in it is quadratic', { timeout: 180_000 }, async () => {
    const tasks = 1000;
    const specs = Array.from({ length: tasks }, (_, index): TaskSpec => ({
      id: `t(${index})`, with: { text: String(index), modulo: 1000 }, from: index < 50 ? [] : [1, 2, 3].map((k) => `t(${index - 50 + k - 1})`),
    }));
    const rig = await makeRig();
    const fresh = await cpuMsOf(() => rig.run(pipelineOf(specs)));
    expect(fresh.result.summary).toMatchObject({ outcome: 'succeeded', executed: tasks });
    expect(fresh.ms / tasks).toBeLessThan(20);
    const planned = await cpuMsOf(() => rig.plan(pipelineOf(specs)));
    expect(planned.result.steps.every(({ kind }) => kind === 'cached')).toBe(true);
    expect(planned.ms / tasks).toBeLessThan(1);
  });
});
