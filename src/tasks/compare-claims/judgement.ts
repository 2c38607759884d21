import { languageName, listed } from '../formats/language-name.js';
import { isAbove, isBelow, type Interval } from '../statistics/interval.js';
import { number, range } from './numbers.js';
import type { PartRow, Verdict } from './rows.js';

/** A thing that must hold besides the effect. `no` is a clear failure, which refutes; `unclear` confirms nothing. */
export interface Condition {
  readonly holds: 'yes' | 'no' | 'unclear';
  /** What holds, or does not, with its numbers. */
  readonly text: string;
}

export type Judged = Omit<PartRow, 'isClaimed'>;

export interface Judgement {
  readonly verdict: Verdict;
  readonly effect: number | null;
  readonly interval: Interval | null;
  readonly reason: string;
  readonly parts: readonly PartRow[];
}

export interface Question {
  readonly name: string;
  readonly effect: number;
  readonly interval: Interval | null;
  readonly claimed: 'above' | 'below';
  readonly bound: number;
  readonly conditions?: readonly Condition[];
  /** What the effect is, with the numbers behind it: "drop from 0.44 to 0.36". */
  readonly what: string;
  /** What the interval is over: "3 seeds, 120 problems". */
  readonly over: string;
}

/**
 * The rule of every verdict: confirmed when the interval excludes the bound on the claimed side and every condition
 * holds; refuted when it excludes it on the other side or a condition fails clearly; else inconclusive.
 */
export function judge({ name, effect, interval, claimed, bound, conditions = [], what, over }: Question): Judged {
  const [onClaimed, onOther] = claimed === 'above'
    ? [isAbove(interval, bound), isBelow(interval, bound)]
    : [isBelow(interval, bound), isAbove(interval, bound)];
  const failed = conditions.filter(({ holds }) => holds === 'no');
  const unclear = conditions.filter(({ holds }) => holds === 'unclear');
  const verdict: Verdict = onOther || failed.length > 0 ? 'refuted' : onClaimed && unclear.length === 0 ? 'confirmed' : 'inconclusive';
  const measured = `${what}: ${number(effect)}${interval === null ? ', without an interval' : ` ${range(interval)}`} (${over})`;
  const side = onClaimed ? `is ${claimed} ${number(bound)}` : onOther ? `is not ${claimed} ${number(bound)}` : `cannot be told from ${number(bound)}`;
  const others = conditions.map(({ holds, text }) => `${{ yes: 'also', no: 'but', unclear: 'unclear' }[holds]}: ${text}`);
  return { name, verdict, effect, interval, reason: [`${measured} ${side}`, ...others].join('; ') };
}

/** A condition on an interval: clearly on one side of the bound, clearly on the other, or neither. */
export function conditionOn(interval: Interval | null, claimed: 'above' | 'below', bound: number, text: string): Condition {
  const [yes, no] = claimed === 'above' ? [isAbove(interval, bound), isBelow(interval, bound)] : [isBelow(interval, bound), isAbove(interval, bound)];
  return { holds: yes ? 'yes' : no ? 'no' : 'unclear', text: `${text}${interval === null ? '' : ` ${range(interval)}`}` };
}

export function notTested(name: string, reason: string): Judged {
  return { name, verdict: 'not-tested', effect: null, interval: null, reason };
}

/** Measured, but without what the test compares: a peak, stages. */
export function undecided(name: string, reason: string): Judged {
  return { name, verdict: 'inconclusive', effect: null, interval: null, reason };
}

/**
 * One verdict from several parts. With `all`, a claim about PHP and C# is confirmed only when it is for both, and
 * refuted when it is for either; with `most`, when it is for more than half of those named. What was not measured
 * confirms nothing. The effect is the mean over the claimed parts, their errors taken as independent.
 * @param missingReason why a claimed part that is absent was not tested
 */
export function combine(judged: readonly Judged[], claimedNames: readonly string[], missingReason: string, rule: 'all' | 'most' = 'all'): Judgement {
  const missing = claimedNames.filter((name) => !judged.some((part) => part.name === name)).map((name) => notTested(name, missingReason));
  const parts = [...judged, ...missing].map((part) => ({ ...part, isClaimed: claimedNames.includes(part.name) }));
  const claimed = parts.filter(({ isClaimed }) => isClaimed);
  const tested = claimed.filter(({ verdict }) => verdict !== 'not-tested');
  const effects = tested.flatMap(({ effect }) => effect ?? []);
  const { effect, interval } = pooled(tested);
  return {
    verdict: verdictOf(claimed, rule),
    effect: effects.length === 0 ? null : effect,
    interval,
    reason: reasonOf(parts, claimed),
    parts,
  };
}

/** Where the languages are too short a series each, one test over all of them decides; they are told one by one. */
export function decidedTogether(together: Judged, judged: readonly Judged[], claimedNames: readonly string[], missingReason: string): Judgement {
  const { parts, reason } = combine(judged, claimedNames, missingReason);
  return { verdict: together.verdict, effect: together.effect, interval: together.interval, reason: `${together.reason}. By language: ${reason}`, parts };
}

/** Mean of the parts' effects, their errors taken as independent. */
export function pooled(parts: readonly Pick<PartRow, 'effect' | 'interval'>[]): { effect: number; interval: Interval | null } {
  const usable = parts.filter((part): part is { effect: number; interval: Interval | null } => part.effect !== null);
  const effect = usable.reduce((sum, part) => sum + part.effect, 0) / usable.length;
  if (usable.length === 0 || usable.some(({ interval }) => interval === null)) return { effect, interval: null };
  const half = (side: 0 | 1) => Math.hypot(...usable.map((part) => (part.interval as Interval)[side] - part.effect)) / usable.length;
  return { effect, interval: [effect - half(0), effect + half(1)] };
}

function verdictOf(claimed: readonly PartRow[], rule: 'all' | 'most'): Verdict {
  const count = (verdict: Verdict) => claimed.filter((part) => part.verdict === verdict).length;
  if (claimed.length === 0 || count('not-tested') === claimed.length) return 'not-tested';
  const most = Math.floor(claimed.length / 2) + 1;
  if (count('refuted') >= (rule === 'all' ? 1 : most)) return 'refuted';
  return count('confirmed') >= (rule === 'all' ? claimed.length : most) ? 'confirmed' : 'inconclusive';
}

const words: Readonly<Record<Verdict, string>> = { confirmed: 'confirmed', refuted: 'refuted', inconclusive: 'inconclusive', 'not-tested': 'not tested' };

function reasonOf(parts: readonly PartRow[], claimed: readonly PartRow[]): string {
  const sentence = ({ name, verdict, reason }: PartRow) => `${languageName(name)} ${words[verdict]}: ${reason}.`;
  const others = parts.filter(({ isClaimed }) => !isClaimed);
  const compared = others.length === 0 ? [] : [`Not part of the claim: ${listed(others.map(({ name, verdict }) => `${languageName(name)} ${words[verdict]}`))}.`];
  if (claimed.length > 0 && claimed.every(({ verdict }) => verdict === 'not-tested')) {
    const reasons = [...new Set(claimed.map(({ reason }) => reason))].map((reason) => `${reason} (${listed(claimed.filter((part) => part.reason === reason).map(({ name }) => languageName(name)))})`);
    return [`Not tested: ${reasons.join('; ')}.`, ...compared].join(' ');
  }
  return [...claimed.map(sentence), ...compared].join(' ');
}
