import { readFileSync } from 'node:fs';
import type { RegisteredKind, TaskKind, TaskKinds } from '../engine/task-kind.js';
import { baselineMix } from './baseline-mix/kind.js';
import { checkpoint } from './checkpoint/kind.js';
import { collectCorpus } from './collect-corpus/kind.js';
import { collectMeasurements } from './collect-measurements/kind.js';
import { compareClaims } from './compare-claims/kind.js';
import { corpusStatistics } from './corpus-statistics/kind.js';
import { downsampleCorpus } from './downsample-corpus/kind.js';
import { estimateProportion } from './estimate-proportion/kind.js';
import { evaluate } from './evaluate/kind.js';
import { exec } from './exec/kind.js';
import { exportMix } from './export-mix/kind.js';
import { generateCorpus } from './generate-corpus/kind.js';
import { lape } from './lape/kind.js';
import { logitLensProbe } from './logit-lens-probe/kind.js';
import { mixCorpora } from './mix-corpora/kind.js';
import { poolMixes } from './pool-mixes/kind.js';
import { pretrainFromScratch } from './pretrain-from-scratch/kind.js';
import { report } from './report/kind.js';
import { requiredShare } from './required-share/kind.js';
import { solveMix } from './solve-mix/kind.js';
import { tokenizeCorpus } from './tokenize-corpus/kind.js';
import { train } from './train/kind.js';
import { trainTokenizer } from './train-tokenizer/kind.js';

/** Every task kind that `uses:` may name, sorted by name. Declarations only: an implementation loads in the worker that runs it. */
export const kinds: readonly TaskKind[] = [
  baselineMix,
  checkpoint,
  collectCorpus,
  collectMeasurements,
  compareClaims,
  corpusStatistics,
  downsampleCorpus,
  estimateProportion,
  evaluate,
  exec,
  exportMix,
  generateCorpus,
  lape,
  logitLensProbe,
  mixCorpora,
  poolMixes,
  pretrainFromScratch,
  report,
  requiredShare,
  solveMix,
  tokenizeCorpus,
  train,
  trainTokenizer,
];

/** Written by the build (scripts/task-digests.mjs) beside the compiled code. */
const digestsFile = new URL('../task-digests.json', import.meta.url);

/**
 * The kinds with the digests of their code, as the engine wants them.
 * @throws {Error} when the digests are absent or do not know a kind: the code was not built, or built before the kind was added
 */
export function registeredKinds(): TaskKinds {
  const digests = readDigests();
  return new Map(kinds.map((kind): [string, RegisteredKind] => {
    const codeDigest = digests[kind.name];
    if (codeDigest === undefined) throw new Error(`task-digests.json has no digest for the task kind '${kind.name}'; run npm run build`);
    return [kind.name, { kind, codeDigest }];
  }));
}

function readDigests(): Readonly<Record<string, string>> {
  let text: string;
  try {
    text = readFileSync(digestsFile, 'utf8');
  } catch (error) {
    throw new Error(`The digests of the task kinds are missing (${digestsFile.pathname}); run npm run build and start from dist/`, { cause: error });
  }
  return JSON.parse(text) as Record<string, string>;
}
