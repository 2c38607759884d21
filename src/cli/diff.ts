import { compareRuns, type ComparedRun } from '../engine/runs/compare-runs.js';
import { readRun } from '../engine/runs/recorded-run.js';
import type { RunFolder } from '../engine/runs/run-folders.js';
import { runResults } from '../engine/runs/run-results.js';
import type { Cache } from '../engine/store.js';
import { colorsFor, wantsColor } from '../reporters/format.js';
import { registeredKinds } from '../tasks/registry.js';
import { comparisonText } from './diff-text.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { withCache } from './planning.js';
import { theRun, type RunsOptions } from './recorded-runs.js';
import type { Shell } from './shell.js';

export interface DiffOptions extends RunsOptions {
  readonly cacheDir?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `pipelines diff RUN RUN`: parameters, tasks, results, metrics and durations that differ. */
export async function diffVerb(before: string, after: string, options: DiffOptions, shell: Shell): Promise<ExitCode> {
  const folders = [theRun(before, options, shell), theRun(after, options, shell)] as const;
  return withCache(options, shell, async (cache) => {
    const [old, now] = [await comparedRun(folders[0], cache, shell), await comparedRun(folders[1], cache, shell)];
    for (const { run, complete } of [old, now]) {
      if (!complete) shell.stderr.write(`run ${run.run} was killed: only the results that it computed itself are compared\n`);
    }
    const comparison = await compareRuns(old, now, { cache, kinds: registeredKinds() });
    shell.stdout.write(options.json ? `${JSON.stringify({ before: old.run, after: now.run, ...comparison }, null, 2)}\n`
      : comparisonText(old.run, now.run, comparison, { colors: colorsFor(wantsColor(shell.stdout, shell.environment)), all: options.all ?? false }));
    return exitCode.ok;
  });
}

async function comparedRun(folder: RunFolder, { actions }: Cache, { now }: Shell): Promise<ComparedRun & { readonly complete: boolean }> {
  return { run: await readRun(folder, now()), ...await runResults(folder, actions) };
}
