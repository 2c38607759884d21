import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunTask, TaskContext } from '../../engine/task-kind.js';
import { readCorpusStatistics } from '../formats/corpus-statistics.js';
import { readEvaluations } from '../formats/evaluation.js';
import { readMix } from '../mixes/read-mix.js';
import { interleave, interleaveScript, type InterleaveOptions } from './hugging-face.js';
import { megatronBlend } from './megatron.js';
import { metricsCsv, priorsYaml, ratiosCsv } from './olmix.js';
import type { MixWeight } from './weights.js';

interface Parameters extends InterleaveOptions {
  readonly run: string;
  readonly prefixes: Readonly<Record<string, string>>;
}

export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const weights = await mixWeights(context);

  const blend = megatronBlend(weights, parameters.prefixes);
  await write(context, 'megatron', 'blend.json', json(blend));
  await write(context, 'megatron', 'data-args.txt', `${blend.join(' ')}\n`);

  const mixed = interleave(weights, parameters);
  await write(context, 'huggingFace', 'interleave.json', json(mixed));
  await write(context, 'huggingFace', 'interleave.py', interleaveScript);

  await write(context, 'olmix', 'ratios.csv', ratiosCsv(parameters.run, weights));
  const priors = priorsYaml(weights);
  if (priors !== null) await write(context, 'olmix', 'priors.yaml', priors);
  const evaluations = await readEvaluations(context.inputs('evaluations'));
  if (evaluations.length > 0) await write(context, 'olmix', 'metrics.csv', metricsCsv(parameters.run, evaluations));

  context.log(`--data-path ${blend.join(' ')}`);
  if (mixed.unit === 'tokens') context.log('probabilities are token shares, right for packed sequences; give `statistics` for those of documents');
};

async function mixWeights(context: TaskContext): Promise<MixWeight[]> {
  const { tokens, available } = await readMix(context.input('mix').path);
  const [statistics] = context.inputs('statistics');
  const counted = statistics === undefined ? [] : (await readCorpusStatistics(statistics.path)).languages;
  const total = Object.values(tokens).reduce((sum, own) => sum + own, 0);
  return Object.entries(tokens).map(([language, own]) => {
    const row = counted.find((candidate) => candidate.language === language);
    return {
      language,
      tokens: own,
      share: own / total,
      available: row?.tokens ?? available[language] ?? null,
      tokensPerDocument: row === undefined || row.tokens === null || row.tokens === 0 ? null : row.tokens / row.instances,
    };
  });
}

function write(context: TaskContext, output: string, name: string, text: string): Promise<void> {
  return writeFile(join(context.output(output), name), text);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
