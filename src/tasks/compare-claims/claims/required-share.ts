import { spearman } from '../../statistics/rank.js';
import { inCorrelation, inShares, phpAndCsharp, type Claim } from '../claim.js';
import { languagesOf, meanBetween, ofLanguage, reasonFor, seedCurves, type Evidence } from '../evidence.js';
import { combine, conditionOn, judge, notTested, undecided, type Judged } from '../judgement.js';
import { counted, number } from '../numbers.js';

/** "Almost no correct answers" (3.2), as methods 8 reads it. */
export const almostNone = 0.05;

function needFades(evidence: Evidence) {
  const { requiredShare } = evidence.measured;
  return combine(languagesOf(requiredShare).map((name): Judged => {
    const points = ofLanguage(requiredShare, name);
    const stages = evidence.earlyAndLate(name);
    if (points.every(({ value }) => value === null)) return notTested(name, reasonFor(points, 'no share'));
    if (stages === null) return undecided(name, 'performance has no peak before its final window, so there is no first and third stage');
    const perSeed = seedCurves(points).flatMap(({ curve }) => {
      const [early, late] = [meanBetween(curve, 0, stages.early), meanBetween(curve, stages.late, Infinity)];
      return early === null || late === null ? [] : [{ early, late }];
    });
    if (perSeed.length === 0) return undecided(name, reasonFor(points, 'no seed has a share in both stages'));
    const fall = evidence.estimate(perSeed.map(({ early, late }) => early - late));
    const late = evidence.estimate(perSeed.map((seed) => seed.late));
    const early = evidence.estimate(perSeed.map((seed) => seed.early));
    return judge({
      name, effect: fall.mean, interval: fall.interval, claimed: 'above', bound: 0,
      conditions: [conditionOn(late.interval, 'below', almostNone, `the share in stage 3 below ${almostNone}: ${number(late.mean)}`)],
      what: `required share from ${number(early.mean)} to ${number(late.mean)} (${stages.how}), a fall of`, over: counted(perSeed.length, 'seed'),
    });
  }), phpAndCsharp, 'no required share of it was measured in this run');
}

function diverges(evidence: Evidence) {
  const { requiredShare } = evidence.measured;
  return combine(languagesOf(requiredShare).map((name): Judged => {
    const points = ofLanguage(requiredShare, name);
    const peak = evidence.riseAndFall(name)?.peakStep;
    if (peak === undefined) return notTested(name, reasonFor(points, 'no peak to begin from'));
    const perSeed = seedCurves(points, ({ jaccard }) => jaccard).flatMap(({ curve }) => {
      const later = curve.filter(({ x }) => x >= peak);
      return spearman(later.map(({ x }) => x), later.map(({ value }) => value)) ?? [];
    });
    if (perSeed.length === 0) return notTested(name, reasonFor(points, 'fewer than three overlaps of solved problems after the peak'));
    const trend = evidence.estimate(perSeed);
    return judge({
      name, effect: trend.mean, interval: trend.interval, claimed: 'below', bound: 0,
      what: `Spearman correlation with the step, from the peak at step ${peak} on, of the overlap of solved problems`, over: counted(perSeed.length, 'seed'),
    });
  }), phpAndCsharp, 'no required share of it was measured in this run');
}

export const requiredShareClaims: readonly Claim[] = [
  {
    id: 4, section: '3.2', figure: 'figure-2', unit: inShares, what: 'required share of stage 1 minus that of stage 3',
    claim: 'Many correct answers need Python in the translation stage, almost none in the stabilisation stage.',
    test: 'Mean required share of stage 1 minus that of stage 3 per seed, Student interval over seeds; and the interval of stage 3 below 0.05. Checkpoints that solve nothing have no share and are left out.',
    judge: needFades,
  },
  {
    id: 5, section: '1', figure: 'figure-2', unit: inCorrelation, what: 'trend of the overlap with the problems that Python solves',
    claim: 'Later, what the model solves in the new language diverges from what it solved in Python.',
    test: 'Spearman correlation with the step, after the peak, of the Jaccard overlap of the solved problems with those of the Python model in Python; Student interval over seeds.',
    judge: diverges,
  },
];
