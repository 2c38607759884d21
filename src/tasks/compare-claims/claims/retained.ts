import { linearFit } from '../../statistics/fit.js';
import { inPerformance, phpAndCsharp, type Claim } from '../claim.js';
import { languagesOf, nearest, reasonFor, seedCurves, smoothed, type Evidence } from '../evidence.js';
import { combine, conditionOn, judge, notTested, undecided, type Condition, type Judged } from '../judgement.js';
import { counted, number, range } from '../numbers.js';

function dipsFallsSettles(evidence: Evidence) {
  const { acquisitionDominant, dominant, dominantLanguage } = evidence.measured;
  const starts = new Map(evidence.performance(dominant, dominantLanguage).flatMap(({ seed, value }) => (value === null ? [] : [[seed, value]])));
  return combine(languagesOf(acquisitionDominant).map((name): Judged => {
    const points = evidence.performance(acquisitionDominant, name);
    const stages = evidence.stages(name);
    if (points.every(({ value }) => value === null)) return notTested(name, reasonFor(points, 'no evaluation in Python'));
    if (stages === null) return undecided(name, 'the new language\'s performance has no three stages to compare');
    const perSeed = seedCurves(points).map(({ seed, curve }) => {
      const level = smoothed(curve, evidence.window);
      const third = curve.filter(({ x }) => x >= stages.stabilisation);
      const [start, first, second] = [starts.get(seed) ?? curve[0]?.value ?? 0, nearest(level, stages.transition), nearest(level, stages.stabilisation)];
      // Over the whole stage, so that it compares with the falls before.
      const drift = (linearFit(third.map(({ x }) => x), third.map(({ value }) => value))?.slope ?? 0) * (stages.end - stages.stabilisation);
      return { first: start - first, second: first - second, drift };
    });
    const of = (value: (seed: typeof perSeed[number]) => number) => evidence.estimate(perSeed.map(value));
    const [first, second, drift] = [of((seed) => seed.first), of((seed) => seed.second), of((seed) => seed.drift)];
    const gap = of((seed) => Math.abs(seed.second) - Math.abs(seed.first));
    const settles: Condition = {
      holds: drift.interval === null ? 'unclear' : drift.interval[0] <= 0 && drift.interval[1] >= 0 ? 'yes' : 'no',
      text: `change over stage 3 ${number(drift.mean)}${drift.interval === null ? '' : ` ${range(drift.interval)}`}, 0 claimed`,
    };
    return judge({
      name, effect: gap.mean, interval: gap.interval, claimed: 'above', bound: 0,
      conditions: [conditionOn(second.interval, 'above', 0, `fall in stage 2 ${number(second.mean)}`), settles],
      what: `Python falls by ${number(first.mean)} in stage 1 (to step ${stages.transition}) and ${number(second.mean)} in stage 2 (to step ${stages.stabilisation}); the second fall less the first`,
      over: counted(perSeed.length, 'seed'),
    });
  }), phpAndCsharp, 'no acquisition of it was evaluated in Python in this run');
}

export const retainedClaim: Claim = {
  id: 27, section: 'A.2', figure: 'figure-8', unit: inPerformance, what: 'size of Python\'s change in stage 2 less that in stage 1',
  claim: 'Python dips slightly in the first stage, falls clearly in the second, then stabilises.',
  test: 'Smoothed Python performance at the start, at t1 and at t2 per seed: the change of stage 2 larger than that of stage 1, a fall in stage 2, no slope in stage 3; Student interval over seeds.',
  judge: dipsFallsSettles,
};
