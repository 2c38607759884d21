import { writeFile } from 'node:fs/promises';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import { describeFailure, type ProportionOptions } from '../estimate-proportion/proportion.js';
import { readCorpusStatistics, type CorpusStatistics } from '../formats/corpus-statistics.js';
import { csv } from '../formats/csv.js';
import { readAcquisition, type Acquisition, type Objective } from './acquisition-runs.js';
import { mixDocument } from './mix-document.js';
import { solveMix, tokensForShare, type MixOptions } from './mix.js';
import { seedBand } from './seed-band.js';
import { predictCurve, type AcquisitionRun, type CurveResult } from './predicted-curve.js';

interface Parameters extends Objective, ProportionOptions {
  readonly dominantTokens: number | null;
  readonly availableTokens: number | null;
  readonly window: number;
  readonly epsilon: number;
}

type Curve = Extract<CurveResult, { kind: 'ok' }>;

export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const acquisition = await readAcquisition(context, parameters);
  const options = await mixOptions(context, parameters, acquisition);
  const curve = curveOf(acquisition.runs, parameters);
  const mix = solveMix(curve.points, curve.errorSource, options);
  const perSeed = acquisition.runs.length === 1 ? [] : acquisition.runs.map((single) => {
    const own = curveOf([single], parameters, `seed ${single.seed} alone: `);
    return { seed: single.seed, ...solveMix(own.points, own.errorSource, options) };
  });

  const { dominantTokens, epsilon } = options;
  const setting = { ...parameters, ...options, measure: acquisition.measure, seeds: acquisition.runs.map(({ seed }) => seed) };
  const document = mixDocument(setting, curve, mix, perSeed, seedBand(perSeed.map(({ nStar }) => nStar)));
  for (const { message } of document.warnings) context.log(`warning: ${message}`);
  await writeFile(context.output('mix'), `${JSON.stringify(document, null, 1)}\n`);
  await writeFile(context.output('curve'), csv(
    ['step', 'loss', 'proportion', 'performance', 'smoothed', 'standardError', 'targetTokens'],
    curve.points.map(({ step, loss, proportion, performance, smoothed, standardError }) =>
      [step, loss, proportion, performance, smoothed, standardError, finiteOrNull(tokensForShare(dominantTokens, proportion, epsilon))]),
  ));
};

async function mixOptions(context: TaskContext, parameters: Parameters, acquisition: Acquisition): Promise<MixOptions> {
  const statistics = context.inputNames.includes('statistics') ? await readCorpusStatistics(context.input('statistics').path) : undefined;
  const dominantTokens = parameters.dominantTokens ?? acquisition.dominantTokens ?? tokensOf(statistics, parameters.dominant);
  if (dominantTokens === undefined) {
    throw new TaskError(`how many tokens of ${parameters.dominant} the final corpus has is not known`, 'set `dominantTokens`, or give `statistics`');
  }
  return {
    dominantTokens,
    availableTokens: parameters.availableTokens ?? tokensOf(statistics, parameters.target) ?? Infinity,
    epsilon: parameters.epsilon,
  };
}

function tokensOf(statistics: CorpusStatistics | undefined, language: string): number | undefined {
  return statistics?.languages.find((row) => row.language === language)?.tokens ?? undefined;
}

function curveOf(runs: readonly AcquisitionRun[], parameters: Parameters, whose = ''): Curve {
  const result = predictCurve(runs, parameters.window, parameters);
  switch (result.kind) {
    case 'ok':
      return result;
    case 'no-evaluation':
      throw new TaskError(`${whose}no evaluation to solve from`, 'Algorithm 1 needs evaluations after step 0, at the same steps in every seed');
    case 'no-loss-at-step':
      throw new TaskError(`${whose}there is an evaluation at step ${result.step} but no loss`, 'give the losses of every segment of the run');
    default: {
      const { message, hint } = describeFailure(result, parameters);
      throw new TaskError(`${whose}${message}`, hint);
    }
  }
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
