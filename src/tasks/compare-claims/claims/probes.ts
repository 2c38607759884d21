import type { NeuronPoint, WorkingPoint } from '../../collect-measurements/measurements.js';
import { mean } from '../../statistics/average.js';
import { kendall } from '../../statistics/rank.js';
import { inCorrelation, inShares, phpAndCsharp, type Claim } from '../claim.js';
import { languagesOf, meanBetween, nearest, ofLanguage, reasonFor, seedCurves, smoothed, type Evidence } from '../evidence.js';
import { combine, conditionOn, judge, notTested, undecided, type Condition, type Judged } from '../judgement.js';
import { counted, number } from '../numbers.js';

const noProbe = 'its checkpoints were not probed in this run';
const noWorking = 'no working language was identified';

function coverageText(points: readonly WorkingPoint[]): string {
  const read = points.flatMap(({ coverage }) => coverage ?? []);
  return read.length === 0 ? 'coverage unknown' : `${number(mean(read))} of the inner tokens identified`;
}

function pythonFirst(evidence: Evidence) {
  const { workingShare } = evidence.measured;
  return combine(languagesOf(workingShare).map((name): Judged => {
    const points = ofLanguage(workingShare, name);
    const peak = evidence.stages(name)?.transition ?? evidence.riseAndFall(name)?.peakStep;
    if (peak === undefined) return notTested(name, 'no acquisition curve to tell stage 1 from');
    const early = seedCurves(points).flatMap(({ curve }) => meanBetween(curve, 0, peak) ?? []);
    if (early.length === 0) return notTested(name, reasonFor(points, noWorking));
    const share = evidence.estimate(early);
    return judge({
      name, effect: share.mean, interval: share.interval, claimed: 'above', bound: 0.5,
      what: `Python's mean share up to the peak at step ${peak}, ${coverageText(points)}`, over: counted(early.length, 'seed'),
    });
  }), phpAndCsharp, noProbe);
}

function shifts(evidence: Evidence) {
  const { workingShare } = evidence.measured;
  return combine(languagesOf(workingShare).map((name): Judged => {
    const points = ofLanguage(workingShare, name);
    const curves = seedCurves(points).map(({ curve }) => curve);
    const trends = curves.flatMap((curve) => kendall(curve.map(({ x }) => x), curve.map(({ value }) => value)) ?? []);
    if (trends.length === 0) return notTested(name, reasonFor(points, noWorking));
    const trend = evidence.estimate(trends);
    const final = evidence.estimate(curves.map((curve) => mean(curve.slice(-evidence.window).map(({ value }) => value))));
    return judge({
      name, effect: trend.mean, interval: trend.interval, claimed: 'below', bound: 0,
      conditions: [conditionOn(final.interval, 'below', 0.5, `final share of Python below 0.5: ${number(final.mean)}`)],
      what: `Kendall correlation of Python's share with the step, ${coverageText(points)}`, over: counted(trends.length, 'seed'),
    });
  }), phpAndCsharp, noProbe);
}

/** Mean count of each stage, per seed that has all three. */
function byStage(points: readonly NeuronPoint[], stages: { transition: number; stabilisation: number }, valueOf: (point: NeuronPoint) => number | null) {
  return seedCurves(points, valueOf).flatMap(({ curve }) => {
    const first = meanBetween(curve, 0, stages.transition);
    const third = meanBetween(curve, stages.stabilisation, Infinity);
    const between = curve.filter(({ x }) => x > stages.transition && x < stages.stabilisation).map(({ value }) => value);
    const second = between.length === 0 ? null : mean(between);
    return first === null || second === null || third === null ? [] : [[first, second, third] as const];
  });
}

function neuronsFall(evidence: Evidence) {
  const { neurons, dominantLanguage } = evidence.measured;
  return combine(languagesOf(neurons).map((name): Judged => {
    const points = ofLanguage(neurons, name);
    const stages = evidence.stages(name);
    if (stages === null) return undecided(name, 'the performance curve has no three stages to compare');
    const counts = byStage(points, stages, ({ value }) => value);
    if (counts.length === 0) return notTested(name, reasonFor(points, 'no probe in each of the three stages'));
    const step = (from: 0 | 1, to: 1 | 2) => evidence.estimate(counts.map((count) => count[from] - count[to]));
    const total = evidence.estimate(counts.map(([first, , third]) => first - third));
    const stageMeans = ([0, 1, 2] as const).map((stage) => number(mean(counts.map((count) => count[stage]))));
    const dominant = seedCurves(points, ({ counts: all }) => all[dominantLanguage] ?? null).map(({ curve }) => curve);
    return judge({
      name, effect: total.mean, interval: total.interval, claimed: 'above', bound: 0,
      conditions: [
        conditionOn(step(0, 1).interval, 'above', 0, 'fewer in stage 2 than in stage 1'),
        conditionOn(step(1, 2).interval, 'above', 0, 'fewer in stage 3 than in stage 2'),
        ...variants(evidence, points, stages, name),
      ],
      what: `neurons by stage ${stageMeans.join(', ')} (Python's ${number(mean(dominant.map((curve) => curve[0]?.value ?? 0)))} at first, ${number(mean(dominant.map((curve) => curve.at(-1)?.value ?? 0)))} at last; the total is fixed), a fall of`,
      over: counted(counts.length, 'seed'),
    });
  }), phpAndCsharp, noProbe);
}

/** The total is fixed, so the count may fall only because Python's rises: two variants in which it cannot (methods 2.2, 2.3). */
function variants(evidence: Evidence, points: readonly NeuronPoint[], stages: { transition: number; stabilisation: number }, name: string): Condition[] {
  const frozen = byStage(points, stages, (point) => point.frozen?.counts[name] ?? null);
  const entropy = byStage(points, stages, (point) => point.fixedCount?.meanEntropy[name] ?? null);
  const fall = (counts: typeof frozen, sign: 1 | -1) => evidence.estimate(counts.map(([first, , third]) => sign * (first - third)));
  return [
    ...(frozen.length === 0 ? [] : [conditionOn(fall(frozen, 1).interval, 'above', 0, `with the cuts of the first checkpoint a fall of ${number(fall(frozen, 1).mean)}`)]),
    ...(entropy.length === 0 ? [] : [conditionOn(fall(entropy, -1).interval, 'above', 0, `with a fixed number the neurons become less exclusive, their entropy rising by ${number(fall(entropy, -1).mean)} nats`)]),
  ];
}

/** In floor(L/3) layers at either end; null below three layers, where every layer is an end. */
function outerShare(layers: readonly number[]): number | null {
  const third = Math.floor(layers.length / 3);
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const total = sum(layers);
  return third === 0 || total === 0 ? null : sum(layers.filter((_, layer) => layer < third || layer >= layers.length - third)) / total;
}

function outerLayers(evidence: Evidence) {
  const { neurons } = evidence.measured;
  return combine(languagesOf(neurons).map((name): Judged => {
    const points = ofLanguage(neurons, name);
    const shares = seedCurves(points, ({ countsPerLayer }) => outerShare(countsPerLayer?.[name] ?? [])).map(({ curve }) => mean(curve.map(({ value }) => value)));
    if (shares.length === 0) return notTested(name, reasonFor(points, 'no neurons by layer, or fewer than three layers'));
    const share = evidence.estimate(shares);
    const layers = points.find(({ countsPerLayer }) => countsPerLayer !== null)?.countsPerLayer?.[name]?.length ?? 0;
    return judge({
      name, effect: share.mean, interval: share.interval, claimed: 'above', bound: 2 / 3,
      what: `share of the neurons in the outer thirds of ${counted(layers, 'layer')}, mean over the run, where even spread would give ${number(2 * Math.floor(layers / 3) / layers)}`, over: counted(shares.length, 'seed'),
    });
  }), phpAndCsharp, noProbe);
}

function peaksInTranslation(evidence: Evidence) {
  const { workingShare } = evidence.measured;
  return combine(languagesOf(workingShare).map((name): Judged => {
    const points = ofLanguage(workingShare, name);
    const peak = evidence.riseAndFall(name)?.peakStep;
    if (peak === undefined) return notTested(name, 'no peak');
    const atPeak = seedCurves(points).map(({ curve }) => nearest(smoothed(curve, evidence.window), peak));
    if (atPeak.length === 0) return notTested(name, reasonFor(points, noWorking));
    const share = evidence.estimate(atPeak);
    return judge({
      name, effect: share.mean, interval: share.interval, claimed: 'above', bound: 0.5,
      what: `Python's share at the peak at step ${peak}, averaged over ${counted(evidence.window, 'probe')}`, over: counted(atPeak.length, 'seed'),
    });
  }), phpAndCsharp, noProbe);
}

export const probeClaims: readonly Claim[] = [
  {
    id: 6, section: '3.3', figure: 'figure-3', unit: inShares, what: 'Python\'s share of the identified inner tokens in stage 1',
    claim: 'Early on, Python is the main working language inside the model.',
    test: 'Mean of Python\'s working-language share up to the peak, per seed; Student interval over seeds above 0.5.',
    judge: pythonFirst,
  },
  {
    id: 7, section: '3.3', figure: 'figure-3', unit: inCorrelation, what: 'trend of Python\'s share of the identified inner tokens',
    claim: 'The working language shifts gradually, and in the end is mainly the new one.',
    test: 'Kendall correlation of Python\'s share with the step per seed, Student interval over seeds below 0; and the final share below 0.5.',
    judge: shifts,
  },
  {
    id: 8, section: '3.3', figure: 'figure-4', unit: () => 'neurons', what: 'transferring neurons of stage 1 minus those of stage 3',
    claim: 'Many language transferring neurons early on, and fewer in each later stage.',
    test: 'Mean count per stage and seed, Student interval over seeds: stage 1 above 2 and 2 above 3; the same sign with cuts frozen at the first checkpoint and with a fixed number (by entropy).',
    judge: neuronsFall,
  },
  {
    id: 9, section: '2, 3.3', figure: 'figure-4', unit: inShares, what: 'share of the transferring neurons in the outer thirds of the layers',
    claim: 'Language transferring neurons sit mainly in the bottom and top layers.',
    test: 'Share of the new language\'s neurons in the outer thirds of the layers, mean over checkpoints per seed; Student interval over seeds above 2/3.',
    judge: outerLayers,
  },
  {
    id: 10, section: '4', figure: 'figure-3', unit: inShares, what: 'Python\'s share of the identified inner tokens at the peak',
    claim: 'PHP and C# are at their best in the translation stage.',
    test: 'Smoothed working-language share of Python at the step of the smoothed peak; Student interval over seeds above 0.5.',
    judge: peaksInTranslation,
  },
];
