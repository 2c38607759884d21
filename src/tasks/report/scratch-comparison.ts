import { withDefaults } from '../../engine/parameter-defaults.js';
import type { ScratchPoint } from '../collect-measurements/measurements.js';
import { compareCorpora, nameOf } from '../compare-claims/claims/from-scratch.js';
import { Evidence, type ClaimOptions } from '../compare-claims/evidence.js';
import { compareClaims } from '../compare-claims/kind.js';
import { paired } from '../compare-claims/outcome-table.js';
import { mean } from '../statistics/average.js';
import { finalValues } from '../statistics/curve.js';
import type { Estimate } from '../statistics/interval.js';
import type { Subject } from './figure.js';
import { benchmarkNames } from './paper.js';
import { decimal } from './text.js';

/** One model size on one benchmark. */
export interface Setting { readonly size: string; readonly benchmark: string }

/** A difference of two models' performance, turned so that higher is better. */
export interface Comparison {
  readonly difference: Estimate;
  /** What the interval is over: `3 seeds, 100 problems`. */
  readonly over: string;
}

/** The paper's four pairs of models, and the controls, compared as compare-claims does by default: the page has one interval for one difference. */
export class ScratchComparison {
  readonly #evidence: Evidence;

  constructor(private readonly subject: Subject) {
    const options = withDefaults(compareClaims.parameters, { window: subject.window });
    this.#evidence = new Evidence(subject.measured, options as unknown as ClaimOptions);
  }

  /** In the order of the paper's table. */
  get settings(): Setting[] {
    const distinct = (of: (point: ScratchPoint) => string, order: readonly string[]) =>
      [...new Set(this.subject.measured.scratch.map(of))].sort((a, b) => order.indexOf(a) - order.indexOf(b));
    return distinct(({ size }) => size, ['small', 'large']).flatMap((size) => distinct(({ benchmark }) => benchmark, ['first', 'second'])
      .map((benchmark) => ({ size, benchmark })).filter((setting) => this.#points(setting).length > 0));
  }

  /** The old language first. */
  languages(setting: Setting): string[] {
    const { dominantLanguage, targets } = this.subject.measured;
    const present = new Set(this.#points(setting).map(({ language }) => language));
    return [...new Set([dominantLanguage, ...targets, ...present])].filter((language) => present.has(language));
  }

  /** Mean over seeds of a model's final performance; null without one. */
  performance(setting: Setting, corpus: string, language: string): number | null {
    const values = [...finalValues(this.#points(setting).filter((point) => point.corpus === corpus && point.language === language), this.subject.window).values()];
    return values.length === 0 ? null : mean(values);
  }

  /** The optimised corpus against the original one in a language; null without a seed that both have. */
  inLanguage(setting: Setting, language: string): Comparison | null {
    const of = (corpus: string) => this.#evidence.performance(this.#points(setting), language).filter((point) => point.corpus === corpus);
    return paired(of('optimised'), of('original'), this.subject.window, this.#evidence.resampling(`claim-28-${language}-${nameOf(setting)}`));
  }

  /** A corpus against the original one, on the macro average over languages; null without a seed that both have. */
  average(setting: Setting, corpus: string): Comparison | null {
    return compareCorpora(this.#evidence, corpus, 'original', setting);
  }

  #points({ size, benchmark }: Setting): ScratchPoint[] {
    return this.subject.measured.scratch.filter((point) => point.size === size && point.benchmark === benchmark);
  }
}

const sizeNames: Readonly<Record<string, string>> = { small: 'Small model', large: 'Large model' };

export function settingName({ size, benchmark }: Setting): string {
  return `${sizeNames[size] ?? size}, ${benchmarkNames[benchmark] ?? benchmark}`;
}

/** The difference and its interval as two cells; `scale` is 100 for points. */
export function differenceCells(pair: Comparison | null, scale: number): [number | null, string | null] {
  if (pair === null) return [null, null];
  const { mean: difference, interval } = pair.difference;
  const digits = scale === 100 ? 1 : 3;
  return [difference * scale, interval === null ? null : `[${decimal(interval[0] * scale, digits)}, ${decimal(interval[1] * scale, digits)}]`];
}
