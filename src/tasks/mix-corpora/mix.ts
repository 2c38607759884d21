import { TaskError } from '../../engine/task-kind.js';
import { orderOf, placeOf, prefixNearest } from '../../corpus/document-order.js';

/** Tokens by language; null for all there are. */
export type Budgets = Readonly<Record<string, number | null>>;

/** A share of the tokens of one language, the others being whole. */
export interface Sample { readonly language: string; readonly share: number }

export interface MixDocument {
  /** Of its tokens in the spool. */
  readonly number: number;
  readonly id: string;
  readonly language: string;
  /** End-of-text included. */
  readonly tokens: number;
}

/** One appearance of a document in the stream. */
export interface MixEntry {
  readonly document: MixDocument;
  /** 0 is its first. */
  readonly epoch: number;
  /** Of its language in the whole stream; the last may be part of one. */
  readonly epochs: number;
}

/** What the mix holds of a language. */
export interface MixedLanguage {
  readonly budget: number | null;
  /** Appearances in the stream. */
  readonly documents: number;
  readonly tokens: number;
  /** Eq. 3: its tokens over all tokens of the mix; null when the mix is empty. */
  readonly share: number | null;
  /** Its tokens in the mix over those available (methods 5.3: report repetition). */
  readonly epochs: number;
  readonly available: { readonly documents: number; readonly tokens: number };
}

/**
 * The budgets with that of the sample in tokens: its share of what the documents of the language have.
 * @throws {TaskError} when no document is of the language, or it has a budget already
 */
export function withSample(budgets: Budgets, sample: Sample | null, documents: readonly MixDocument[]): Budgets {
  if (sample === null) return budgets;
  const { language, share } = sample;
  if ((budgets[language] ?? null) !== null) throw new TaskError(`both a budget and \`sample\` say how much of ${language} there is`, 'remove one of them');
  const available = documents.filter((document) => document.language === language);
  if (available.length === 0) throw new TaskError(`\`sample\` is of ${language}, which no corpus has`);
  return { ...budgets, [language]: share * tokensOf(available) };
}

/**
 * The entries as a stream: every language spread evenly over it, and its documents in a new order in each epoch, all of them
 * before any comes again, as when training passes over them repeatedly.
 */
export function shuffled(entries: readonly MixEntry[], seed: number): MixDocument[] {
  const places = entries.map(({ document, epoch, epochs }) => {
    const fraction = placeOf(seed, `shuffle ${epoch}`, document.id) / 2 ** 48;
    const length = Math.min(1, epochs - epoch);
    return (epoch + fraction * length) / epochs;
  });
  return orderOf(places).flatMap((index) => entries[index]?.document ?? []);
}

/**
 * Selects documents language by language, in a seeded order that depends on their ids alone, up to the nearest whole document;
 * a budget of several epochs takes all documents again and again, then a prefix.
 */
export function mixDocuments(
  documents: readonly MixDocument[],
  budgets: Budgets,
  { seed, repeat }: { readonly seed: number; readonly repeat: boolean },
): { entries: MixEntry[]; languages: Record<string, MixedLanguage> } {
  const byLanguage = groupByLanguage(documents);
  const known = [...byLanguage.keys()].sort();
  const absent = Object.entries(budgets).find(([language, tokens]) => !byLanguage.has(language) && tokens !== null && tokens > 0);
  if (absent !== undefined) throw new TaskError(`a budget is given for ${absent[0]}, which no corpus has`, `the corpora have ${known.join(', ') || 'no documents'}`);

  const selections = known.map((language) => {
    const ordered = inOrder(byLanguage.get(language) ?? [], seed);
    const budget = budgets[language] ?? null;
    return { language, budget, ordered, entries: selectLanguage(language, ordered, budget, repeat) };
  });
  const total = tokensOf(selections.flatMap(({ entries }) => entries.map(({ document }) => document)));
  const languages = Object.fromEntries(selections.map(({ language, budget, ordered, entries }): [string, MixedLanguage] => {
    const tokens = tokensOf(entries.map(({ document }) => document));
    const available = { documents: ordered.length, tokens: tokensOf(ordered) };
    return [language, { budget, documents: entries.length, tokens, share: total === 0 ? null : tokens / total, epochs: tokens / available.tokens, available }];
  }));
  return { entries: selections.flatMap(({ entries }) => entries), languages };
}

function selectLanguage(language: string, ordered: readonly MixDocument[], budget: number | null, repeat: boolean): MixEntry[] {
  const available = tokensOf(ordered);
  const wanted = budget ?? available;
  if (wanted > available && !repeat) {
    throw new TaskError(`the budget of ${language} is ${wanted} tokens; its corpora have ${available}`, 'lower the budget, collect more, or set `repeat: true`');
  }
  const whole = Math.floor(wanted / available);
  const { length, total } = prefixNearest(ordered.map(({ tokens }) => tokens), wanted - whole * available);
  const epochs = whole + total / available;
  return Array.from({ length: whole + 1 }, (_, epoch) =>
    (epoch < whole ? ordered : ordered.slice(0, length)).map((document) => ({ document, epoch, epochs }))).flat();
}

function groupByLanguage(documents: readonly MixDocument[]): Map<string, MixDocument[]> {
  const groups = new Map<string, MixDocument[]>();
  for (const document of documents) {
    const group = groups.get(document.language);
    if (group === undefined) groups.set(document.language, [document]);
    else group.push(document);
  }
  return groups;
}

function inOrder(documents: readonly MixDocument[], seed: number): MixDocument[] {
  return orderOf(documents.map(({ id }) => placeOf(seed, 'select', id))).flatMap((index) => documents[index] ?? []);
}

function tokensOf(documents: readonly MixDocument[]): number {
  return documents.reduce((sum, { tokens }) => sum + tokens, 0);
}
