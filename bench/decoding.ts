/**
 * New tokens per second of greedy decoding with a key/value cache, ours against PyTorch, one thread each:
 * `PYTHON=path node bench/run.mjs decoding [rounds]`. See bench/README.md.
 */
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { alternate, bench, start } from './contest.js';
import { python, sizes } from './sizes.js';

const work = { prompts: 120, promptLength: 16, newTokens: 32, batch: 32 };
const rounds = Number(process.argv[2] ?? 7);

const rows: Record<string, string | number>[] = [];
for (const [size, config] of Object.entries(sizes)) {
  const request = { config, ...work };
  const contestants = (await Promise.all([
    start('ours', [process.execPath, resolve(bench, 'run.mjs'), 'decode-ours'], request),
    python === undefined ? null : start('PyTorch eager', [python, resolve(bench, 'peers/decode.py')], request),
  ])).filter((one) => one !== null);
  for (const { name, wall, cpu, wallRatio, cpuRatio } of await alternate(contestants, rounds, 1)) {
    rows.push({ size, who: name, 'tokens/s': Math.round(1000 * work.prompts * work.newTokens / wall), 'CPU ms': Math.round(cpu), 'ours is x faster': round(wallRatio), 'by CPU time': round(cpuRatio) });
  }
  contestants.forEach((contestant) => { contestant.stop(); });
}
console.log(`${String(work.prompts)} prompts of ${String(work.promptLength)} tokens, ${String(work.newTokens)} new tokens each, batch ${String(work.batch)}, float32, one thread each, Node ${process.version}, load ${loadavg().map((load) => load.toFixed(1)).join(' ')}`);
console.table(rows);

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
