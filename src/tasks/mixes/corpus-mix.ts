import { TaskError } from '../../engine/task-kind.js';
import { checkPasses, count, type Available, type Binding, type Constraints } from './constraints.js';

/** `mix.json` of the kinds that mix a whole corpus. A number that is unknown is null, and `reasons` says why, by field. */
export interface CorpusMix {
  readonly format: 'pipelines/mix/v1';
  readonly method: 'optimised' | 'natural' | 'uniform' | 'temperature' | 'random-cut';
  /** Whole tokens of every language there is, 0 for one left out: what mix-corpora reads. */
  readonly tokens: Readonly<Record<string, number>>;
  /** Eq. 3: of all tokens of the mix. */
  readonly shares: Readonly<Record<string, number>>;
  /** How often `trainingTokens` pass over each language's text. */
  readonly epochs: Readonly<Record<string, number | null>>;
  readonly available: Available;
  readonly totalTokens: number;
  readonly trainingTokens: number;
  /** Of all there is. */
  readonly naturalTotal: number | null;
  /**
   * `totalTokens` over `naturalTotal`. A run on this mix of `ratio` times the steps of a run on the natural corpus passes over
   * it as often, so it sees each language that was not cut as often: the fixed exposure of methods 5.3.
   */
  readonly ratio: number | null;
  readonly repetitionCap: number | null;
  readonly binding: readonly Binding[];
  readonly warnings: readonly { readonly kind: string; readonly message: string }[];
  /** Each target as it was solved and as it was pooled; empty unless the method is `optimised`. */
  readonly perTarget: readonly PooledTarget[];
  readonly reasons: Readonly<Record<string, string>>;
}

export interface PooledTarget {
  readonly target: string;
  /** Share of the dominant language at the optimum, and the tokens of the target there; null when unbounded. */
  readonly pStar: number;
  readonly nStar: number | null;
  /** Interval of `nStar` over seeds, with 95 % confidence; null with a reason in the solved mix. */
  readonly interval: readonly [number, number] | null;
  /** Tokens in the pooled mix. */
  readonly tokens: number;
  /** The dominant language's share beside this target alone: `pStar` where no constraint binds. */
  readonly shareBeside: number;
  readonly warnings: readonly { readonly kind: string; readonly message: string }[];
}

export interface MixChoice {
  readonly method: CorpusMix['method'];
  readonly tokens: Readonly<Record<string, number>>;
  readonly binding: readonly Binding[];
  readonly warnings: CorpusMix['warnings'];
  readonly perTarget?: readonly PooledTarget[];
}

/** @throws {TaskError} when the mix is empty, or training would pass over it more often than the cap allows */
export function corpusMix(choice: MixChoice, available: Available, { trainingTokens, repetitionCap }: Constraints): CorpusMix {
  const languages = [...new Set([...Object.keys(available), ...Object.keys(choice.tokens)])].sort();
  const tokens = Object.fromEntries(languages.map((language): [string, number] => [language, choice.tokens[language] ?? 0]));
  const totalTokens = languages.reduce((sum, language) => sum + (tokens[language] as number), 0);
  if (totalTokens === 0) throw new TaskError('the mix has no tokens', 'pin less to 0');
  checkPasses(totalTokens, trainingTokens, repetitionCap);
  const trained = trainingTokens ?? totalTokens;
  const naturalTotal = languages.reduce<number | null>((sum, language) => {
    const own = available[language] ?? null;
    return sum === null || own === null ? null : sum + own;
  }, 0);
  const unknown = languages.filter((language) => (available[language] ?? null) === null);
  return {
    format: 'pipelines/mix/v1',
    method: choice.method,
    tokens,
    shares: Object.fromEntries(languages.map((language) => [language, (tokens[language] as number) / totalTokens])),
    epochs: Object.fromEntries(languages.map((language) => [language, epochsOf(tokens[language] as number, available[language] ?? null, trained / totalTokens)])),
    available: Object.fromEntries(languages.map((language) => [language, available[language] ?? null])),
    totalTokens,
    trainingTokens: trained,
    naturalTotal,
    ratio: naturalTotal === null ? null : totalTokens / naturalTotal,
    repetitionCap,
    binding: choice.binding,
    warnings: choice.warnings,
    perTarget: choice.perTarget ?? [],
    reasons: unknown.length === 0 ? {} : { available: `the tokens there are of ${unknown.join(', ')} are not known; give \`statistics\` or \`available\`` },
  };
}

/** A mix holds a language's text once, or again and again when it asks for more than there is; training then passes over the mix. */
function epochsOf(tokens: number, available: number | null, passes: number): number | null {
  if (tokens === 0) return 0;
  return available === null ? null : passes * tokens / Math.min(tokens, available);
}

/** A line a language, for the log. */
export function mixLines({ tokens, shares, epochs }: CorpusMix): string[] {
  return Object.entries(tokens).map(([language, own]) => {
    const times = epochs[language] ?? null;
    return `${language}: ${count(own)} tokens, ${((shares[language] as number) * 100).toFixed(1)} %${times === null ? '' : `, ${times.toFixed(1)} epochs`}`;
  });
}
