/**
 * Tokens per second of training, ours against PyTorch, one thread each, and two of our workers against one:
 * `PYTHON=path node bench/run.mjs training [rounds] [size, such as '6 x 256']`. See bench/README.md.
 */
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import type { Contestant } from './contest.js';
import { alternate, bench, median, start } from './contest.js';
import { python, sizes } from './sizes.js';

const batch = 24;
const rounds = Number(process.argv[2] ?? 9);
const only = process.argv[3];
const millisecondsPerRound = 500;

const rows: Record<string, string | number>[] = [];
for (const [size, config] of Object.entries(sizes).filter(([name]) => only === undefined || name === only)) {
  const request = { config, batch };
  const ours = () => start('ours', [process.execPath, resolve(bench, 'run.mjs'), 'train-ours'], request);
  const torch = (name: string, compile: boolean) =>
    (python === undefined ? null : start(name, [python, resolve(bench, 'peers/train.py')], { ...request, compile }));
  const contestants = (await Promise.all([ours(), torch('PyTorch eager', false), torch('PyTorch compiled', true)])).filter((one) => one !== null);
  const [first] = contestants;
  if (first === undefined) throw new Error('our own trainer did not start');
  const count = await repetitions(first);
  const tokens = batch * config.context;
  for (const { name, wall, cpu, wallRatio, cpuRatio } of await alternate(contestants, rounds, count)) {
    rows.push({ size, who: name, 'tokens/s': Math.round(1000 * tokens / wall), 'CPU ms': round(cpu), 'ours is x faster': round(wallRatio), 'by CPU time': round(cpuRatio) });
  }
  contestants.slice(1).forEach((contestant) => { contestant.stop(); });
  const second = await ours();
  if (second === null) throw new Error('the second worker did not start');
  rows.push({ size, who: 'ours, two workers', ...await twoAgainstOne(first, second, count, tokens) });
  first.stop();
  second.stop();
}
console.log(`batch ${String(batch)} x 64 tokens, float32, one thread each, Node ${process.version}, load ${loadavg().map((load) => load.toFixed(1)).join(' ')}`);
console.table(rows);

/** How often a round repeats the work, to last about as long at every size. */
async function repetitions(contestant: Contestant): Promise<number> {
  const [wall] = (await contestant.run(1))[0] ?? [millisecondsPerRound];
  return Math.max(1, Math.round(millisecondsPerRound / wall));
}

/** What two workers do at the same time against what one does alone, round by round. */
async function twoAgainstOne(first: Contestant, second: Contestant, count: number, tokens: number): Promise<Record<string, number>> {
  const rates: number[] = [];
  const gains: number[] = [];
  const rate = (timings: readonly (readonly [number, number])[]) => 1000 * tokens / median(timings.map(([wall]) => wall));
  for (let index = 0; index < rounds; index++) {
    const alone = rate(await first.run(count));
    const together = (await Promise.all([first.run(count), second.run(count)])).reduce((sum, timings) => sum + rate(timings), 0);
    rates.push(together);
    gains.push(together / alone);
  }
  return { 'tokens/s': Math.round(median(rates)), 'x one worker': round(median(gains)) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
