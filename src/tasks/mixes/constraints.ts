import type { JsonObject } from '../../engine/json.js';
import { TaskError } from '../../engine/task-kind.js';
import { divideWithin } from './divide.js';

/** What a mix must keep to, whichever method proposes it. */
export interface Constraints {
  /** Tokens of some languages, whatever the method says. */
  readonly pinned: Readonly<Record<string, number>>;
  /** Of the mix, text that it repeats counted as often as it is in it. Null leaves the total to the method. */
  readonly totalTokens: number | null;
  /** That a model is trained on, over and over the mix. Null is one pass. */
  readonly trainingTokens: number | null;
  /** How often training may pass over any language's text. Null: the mix repeats none, training may. */
  readonly repetitionCap: number | null;
}

/** Tokens there are of each language; null where nothing tells. */
export type Available = Readonly<Record<string, number | null>>;

const tokensOrNull: JsonObject = { type: ['integer', 'null'], minimum: 1, default: null };
const tokensByLanguage: JsonObject = { type: 'object', additionalProperties: { type: 'integer', minimum: 0 }, default: {} };

/** The parameters of `Constraints`, for the kinds that make a mix. */
export const constraintSchemas: Readonly<Record<'available' | keyof Constraints, JsonObject>> = {
  available: { ...tokensByLanguage, description: 'Tokens there are of each language, where `statistics` does not say or says wrong.' },
  pinned: { ...tokensByLanguage, description: 'Languages whose tokens are given: { php: 5000 }.' },
  totalTokens: { ...tokensOrNull, description: 'Tokens of the mix; every language that is not pinned is scaled by one factor. Null leaves the total to the method.' },
  trainingTokens: { ...tokensOrNull, description: 'Tokens the model is trained on, for the epochs of each language; null is one pass over the mix.' },
  repetitionCap: { type: ['number', 'null'], minimum: 1, default: null, description: 'Most epochs of any language\'s text over the whole training. Null: the mix repeats no text, however long the training.' },
};

/** A constraint that changed what the method would have chosen. */
export interface Binding {
  /** Null for the whole mix. */
  readonly language: string | null;
  readonly constraint: 'available' | 'repetition-cap' | 'pinned' | 'total-tokens';
  /** Tokens without the constraint; null when they are unbounded, or the method says nothing of the language. */
  readonly wanted: number | null;
  readonly given: number;
}

/** What a method proposes. */
export interface Proposal {
  /** Tokens of each language; once a total is set, only their proportions matter. */
  readonly wanted: Readonly<Record<string, number>>;
  readonly available: Available;
  /** The total without a constraint on it. */
  readonly ownTotal: number;
}

/**
 * The mix nearest to a proposal within the constraints. Without a total each language gets what it wants, up to its limit. With
 * one, the proportions are kept, since Eq. 3 is about proportions alone, and what a language at its limit cannot take goes
 * to the others in their proportions.
 * @throws {TaskError} when no mix meets the constraints
 */
export function constrain({ wanted, available, ownTotal }: Proposal, constraints: Constraints): { tokens: Record<string, number>; binding: Binding[] } {
  const { pinned, totalTokens } = constraints;
  const factor = repetitionWithin(constraints);
  const limitOf = (language: string) => Math.floor((available[language] ?? Infinity) * factor);
  checkPinned(pinned, limitOf);
  // Sorted, so that the last token does not depend on who was named first.
  const free = Object.keys(wanted).filter((language) => !(language in pinned)).sort()
    .map((language) => ({ language, weight: wanted[language] as number, limit: limitOf(language) }));
  const left = totalTokens === null ? null : totalLeft(totalTokens, pinned, free);
  const scale = left === null ? 1 : left / sum(free.map(({ weight }) => weight));
  const unlimited = free.map(({ weight }) => Math.round(weight * scale));
  const given = left === null ? free.map(({ limit }, index) => Math.min(unlimited[index] as number, limit)) : divideWithin(left, free);
  return {
    tokens: { ...Object.fromEntries(free.map(({ language }, index) => [language, given[index] as number])), ...pinned },
    binding: [
      ...Object.entries(pinned).filter(([language, tokens]) => tokens !== Math.round(wanted[language] ?? 0))
        .map(([language, tokens]): Binding => ({ language, constraint: 'pinned', wanted: language in wanted ? Math.round(wanted[language] as number) : null, given: tokens })),
      ...free.flatMap(({ language, limit }, index): Binding[] => ((unlimited[index] as number) > limit
        ? [{ language, constraint: factor === 1 ? 'available' : 'repetition-cap', wanted: unlimited[index] as number, given: limit }] : [])),
      ...(totalTokens === null || totalTokens === ownTotal ? [] : [{ language: null, constraint: 'total-tokens' as const, wanted: ownTotal, given: totalTokens }]),
    ],
  };
}

/** How often one mix may hold the same text. Training that passes over the mix repeatedly uses the cap up. */
function repetitionWithin({ repetitionCap, totalTokens, trainingTokens }: Constraints): number {
  if (repetitionCap === null) return 1;
  if (trainingTokens === null) return repetitionCap;
  if (totalTokens === null) return 1;
  checkPasses(totalTokens, trainingTokens, repetitionCap);
  return repetitionCap * totalTokens / trainingTokens;
}

/** @throws {TaskError} when training passes over the whole mix more often than the cap allows */
export function checkPasses(totalTokens: number, trainingTokens: number | null, repetitionCap: number | null): void {
  if (repetitionCap === null || trainingTokens === null || trainingTokens <= repetitionCap * totalTokens) return;
  throw new TaskError(
    `training on ${count(trainingTokens)} tokens passes ${(trainingTokens / totalTokens).toFixed(1)} times over a mix of ${count(totalTokens)}; the cap is ${repetitionCap}`,
    `set totalTokens to ${count(Math.ceil(trainingTokens / repetitionCap))} or more, or train on less`,
  );
}

function checkPinned(pinned: Constraints['pinned'], limitOf: (language: string) => number): void {
  for (const [language, tokens] of Object.entries(pinned)) {
    if (tokens <= limitOf(language)) continue;
    throw new TaskError(`${language} is pinned to ${count(tokens)} tokens; its text and the repetition cap give ${count(limitOf(language))}`, 'pin it to less, or raise repetitionCap');
  }
}

interface Free { readonly language: string; readonly weight: number; readonly limit: number }

function totalLeft(total: number, pinned: Constraints['pinned'], free: readonly Free[]): number {
  const left = total - sum(Object.values(pinned));
  if (left < 0) throw new TaskError(`the pinned languages take ${count(total - left)} tokens; the total is ${count(total)}`, 'pin less, or raise totalTokens');
  const room = sum(free.filter(({ weight }) => weight > 0).map(({ limit }) => limit));
  if (left > room) {
    throw new TaskError(`the total is ${count(total)} tokens; the languages and the repetition cap give at most ${count(total - left + room)}`, 'lower totalTokens, raise repetitionCap, or collect more');
  }
  return left;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function count(tokens: number): string {
  return Number.isFinite(tokens) ? Math.round(tokens).toLocaleString('en-US') : 'any number of';
}
