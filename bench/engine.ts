/**
 * The same DAG in our engine and in the tools that people would otherwise use. See bench/README.md.
 * node bench/run.mjs engine [--sizes 100,1000] [--tools ours,ninja] [--rounds 5] [--limit 300] [--directory DIR] [--hash-mib 1024] [--install-wireit] [--json]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bench } from './contest.js';
import { changedSource, contest, entrant, tooSlow, type Entrant } from './engine/contest.js';
import { coneOf, layeredDag } from './engine/dag.js';
import { hashing } from './engine/hashing.js';
import { described, markdown, type Results, type SizeResults } from './engine/report.js';
import { summarise } from './engine/summary.js';
import { hasGnuTime } from './engine/timed-process.js';
import { allTools } from './engine/tools.js';
import { installWireit } from './engine/tools/wireit.js';

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '100,1000,10000,100000' },
    tools: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    limit: { type: 'string', default: '300' },
    directory: { type: 'string', default: tmpdir() },
    'hash-mib': { type: 'string', default: '1024' },
    'install-wireit': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [rounds, limitMs] = [Number(options.rounds), Number(options.limit) * 1_000];
const main = resolve(bench, '../dist/cli/main.js');
const installed = options['install-wireit'] ? installWireit() : null;
const known = allTools(main, { ...process.env, ...(installed !== null && { WIREIT: installed }) });
const tools = options.tools === undefined ? known : options.tools.split(',').map((name) => {
  const tool = known.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`there is no tool ${name}, only ${known.map((one) => one.name).join(', ')}`);
  return tool;
});
const entries = tools.map(described);
const parent = mkdtempSync(join(options.directory, 'bench-engine-'));
const loadBefore = loadavg()[0] ?? Number.NaN;
if (!hasGnuTime()) console.error('GNU time is not on PATH (Debian: apt-get install time), so memory and CPU time are null');

process.on('exit', () => {
  rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  if (installed !== null) rmSync(installed, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { process.exit(1); });

const sizes = await allSizes(options.sizes.split(',').map(Number));
const mebibytes = Number(options['hash-mib']);
const results: Results = {
  machine: machine(), date: new Date().toISOString().slice(0, 10), load: [loadBefore, loadavg()[0] ?? Number.NaN],
  rounds, limitSeconds: limitMs / 1_000, tools: entries, sizes,
  hashing: mebibytes > 0 ? await hashing(main, mebibytes * 2 ** 20, rounds, parent) : null,
};
console.log(options.json ? JSON.stringify(results, null, 2) : markdown(results));

/** From the smallest up: what a tool took at one size says whether the next is worth starting. */
async function allSizes(counts: readonly number[]): Promise<readonly SizeResults[]> {
  const results: SizeResults[] = [];
  let smaller: { readonly count: number; readonly entrants: readonly Entrant[] } | undefined;
  for (const count of counts.toSorted((a, b) => a - b)) {
    const dag = layeredDag(count);
    const entrants = tools.map((tool, index) => {
      const found = entries[index]?.found;
      if (found?.kind === 'absent') return entrant(tool, found.reason);
      return entrant(tool, smaller === undefined ? null : tooSlow(smaller.entrants[index], smaller.count, count, limitMs));
    });
    await contest(dag, entrants, {
      rounds, limitMs, parent,
      onTurn: (round, phase, { name }) => { console.error(`N = ${String(count)}, round ${String(round + 1)}: ${phase}, ${name}`); },
    });
    const [reference] = entrants;
    if (reference === undefined) throw new Error('no tool was named');
    results.push({
      tasks: count, edges: dag.tasks.reduce((sum, { reads }) => sum + reads.length, 0), cone: coneOf(dag, changedSource).length,
      summaries: entrants.map((one) => summarise(one, reference)),
    });
    smaller = { count, entrants };
  }
  return results;
}

function machine(): string {
  const fileSystem = spawnSync('df', ['--output=fstype', parent], { encoding: 'utf8' }).stdout.split('\n')[1] ?? 'an unknown file system';
  return `${String(cpus().length)} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, projects on ${fileSystem}`;
}
