import { seeded } from '../../languages/random.js';
import type { Measurements, PerformancePoint, Point } from '../collect-measurements/measurements.js';
import { mean, movingAverage } from '../statistics/average.js';
import type { Resampling } from '../statistics/bootstrap.js';
import { bySeed, curveOver } from '../statistics/curve.js';
import { estimate, type Estimate } from '../statistics/interval.js';
import { riseAndFall, type RiseAndFall } from '../statistics/rise-and-fall.js';
import { stagesOf, type Stages } from '../statistics/stages.js';

export interface ClaimOptions {
  readonly window: number;
  readonly confidence: number;
  readonly resamples: number;
  readonly seed: number;
}

/** A curve's place and value. */
export interface At { readonly x: number; readonly value: number }

/** The measurements as the claims read them: by language, higher is better, with stages. */
export class Evidence {
  constructor(readonly measured: Measurements, readonly options: ClaimOptions) {}

  get window(): number {
    return this.options.window;
  }

  /** `pass rate`, or bits per byte turned round. */
  get unit(): string {
    return this.measured.metric === 'passRate' ? 'pass rate' : 'bits per byte saved';
  }

  /** A stream of its own for each test, so that no test's numbers depend on which others ran. */
  resampling(...stream: readonly string[]): Resampling {
    const { confidence, resamples, seed } = this.options;
    return { confidence, resamples, random: seeded(seed, ...stream).fraction };
  }

  estimate(values: readonly number[]): Estimate {
    return estimate(values, this.options.confidence);
  }

  /** Of one language, turned so that higher is better. */
  performance<P extends PerformancePoint>(list: readonly P[], language: string): P[] {
    const sign = this.measured.metric === 'passRate' ? 1 : -1;
    return ofLanguage(list, language).map((point) => ({ ...point, value: point.value === null ? null : sign * point.value }));
  }

  acquisition(language: string): PerformancePoint[] {
    return this.performance(this.measured.acquisition, language);
  }

  stages(language: string): Stages | null {
    return stagesOf(this.acquisition(language), this.window);
  }

  riseAndFall(language: string): RiseAndFall | null {
    return riseAndFall(this.acquisition(language), this.window);
  }

  /**
   * The first and third stage for probes. Where the curve has no three stages, up to its peak, and from where its
   * final window of evaluations begins.
   */
  earlyAndLate(language: string): { early: number; late: number; how: string } | null {
    const stages = this.stages(language);
    if (stages !== null) return { early: stages.transition, late: stages.stabilisation, how: `stage 1 up to step ${stages.transition}, stage 3 from step ${stages.stabilisation}` };
    const found = this.riseAndFall(language);
    const steps = curveOver('step', this.acquisition(language)).map(({ x }) => x);
    const late = steps.at(-this.window) ?? steps.at(0);
    if (found === null || late === undefined || found.peakStep >= late) return null;
    return { early: found.peakStep, late, how: `no three stages found: early up to the peak at step ${found.peakStep}, late from step ${late}` };
  }
}

export function ofLanguage<P extends Point>(points: readonly P[], language: string): P[] {
  return points.filter((point) => point.language === language);
}

export function languagesOf(points: readonly Point[]): string[] {
  return [...new Set(points.map(({ language }) => language))];
}

/** Each seed's measured values by rising step (or budget). */
export function seedCurves<P extends Point>(points: readonly P[], valueOf: (point: P) => number | null = ({ value }) => value): { seed: string; curve: At[] }[] {
  const seeds = [...new Set(points.map(({ seed }) => seed))].sort(bySeed);
  return seeds.flatMap((seed) => {
    const curve = points.filter((point) => point.seed === seed).flatMap((point): At[] => {
      const value = valueOf(point);
      return point.step === null || value === null ? [] : [{ x: point.step, value }];
    }).sort((a, b) => a.x - b.x);
    return curve.length === 0 ? [] : [{ seed, curve }];
  });
}

export function meanBetween(curve: readonly At[], from: number, to: number): number | null {
  const values = curve.filter(({ x }) => x >= from && x <= to).map(({ value }) => value);
  return values.length === 0 ? null : mean(values);
}

export function smoothed(curve: readonly At[], window: number): At[] {
  const values = movingAverage(curve.map(({ value }) => value), window);
  return curve.map(({ x }, index) => ({ x, value: values[index] as number }));
}

/** The value at the measured place nearest to `x`; the curve is not empty. */
export function nearest(curve: readonly At[], x: number): number {
  return curve.reduce((best, point) => (Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best)).value;
}

/** Linear between the measured places, constant outside them; the curve is not empty and rises in x. */
export function interpolate(curve: readonly At[], x: number): number {
  const after = curve.findIndex((point) => point.x >= x);
  if (after === -1) return (curve.at(-1) as At).value;
  const [right, left] = [curve[after] as At, curve[Math.max(0, after - 1)] as At];
  return right.x === left.x ? right.value : left.value + (right.value - left.value) * (x - left.x) / (right.x - left.x);
}

/** Why there is nothing to test: what the measurement itself says, if it says something. */
export function reasonFor(points: readonly Point[], otherwise: string): string {
  return points.length === 0 ? otherwise : points.find(({ reason }) => reason !== undefined)?.reason ?? otherwise;
}
