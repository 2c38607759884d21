import { readDocuments } from '../../corpus/corpus.js';
import type { Tokenizer } from '../../corpus/tokenizer.js';
import { promptsOf, type IdentifierPair } from '../../languages/identifiers.js';
import { seededRandom } from '../../model/random.js';
import { tokenSets, type DroppedIdentifier, type IdentifierTokens } from './token-sets.js';

/** A text whose next token begins an identifier of the target language. */
export interface ProbePrompt {
  readonly ids: Int32Array;
  readonly tokens: IdentifierTokens;
}

export interface PromptChoice {
  /** The language of the documents to look in. */
  readonly target: string;
  readonly identifiers: readonly IdentifierPair[];
  readonly perIdentifier: number;
  /** Longest prompt in tokens; of a longer text, the end. */
  readonly longest: number;
  readonly seed: number;
}

export interface ChosenPrompts {
  readonly prompts: readonly ProbePrompt[];
  readonly dropped: readonly DroppedIdentifier[];
}

/** Occurrences of an identifier to choose from, for each prompt wanted. */
const pool = 20;

/**
 * Places in held-out text where an identifier of A.1 is due (3.3; methods 3.2): `perIdentifier` for each identifier
 * that occurs, drawn by seed from the first occurrences. Prompts are equal for every checkpoint.
 */
export async function choosePrompts(corpora: readonly string[], tokenizer: Tokenizer, choice: PromptChoice): Promise<ChosenPrompts> {
  const { target, identifiers, perIdentifier, seed } = choice;
  const { kept, dropped } = tokenSets(identifiers, tokenizer);
  const found = new Map(kept.map(({ identifier }): [string, ProbePrompt[]] => [identifier, []]));
  const wanted = perIdentifier * pool;
  for await (const { language, text } of documentsOf(corpora)) {
    if (language !== target) continue;
    if ([...found.values()].every(({ length }) => length >= wanted)) break;
    for (const prompt of await promptsIn(text, choice, kept, tokenizer)) {
      const list = found.get(prompt.tokens.identifier) as ProbePrompt[];
      if (list.length < wanted) list.push(prompt);
    }
  }
  const random = seededRandom(seed);
  const absent = [...found].filter(([, list]) => list.length === 0).map(([identifier]) => ({ identifier, reason: 'it does not occur in the documents where a token begins' }));
  return { prompts: [...found.values()].flatMap((list) => draw(list, perIdentifier, random.integer)), dropped: [...dropped, ...absent] };
}

async function* documentsOf(corpora: readonly string[]): AsyncIterable<{ language: string; text: string }> {
  for (const corpus of corpora) yield* readDocuments(corpus);
}

/**
 * Only where the text before the identifier is tokenised alike with and without what follows: otherwise the
 * prompt would end in a token that the model never saw there. A space before the identifier belongs to the prompt
 * in one tokenizer (`return `) and to the identifier in another (byte-level BPE's ` strlen`).
 */
async function promptsIn(text: string, { identifiers, longest }: PromptChoice, kept: readonly IdentifierTokens[], tokenizer: Tokenizer): Promise<ProbePrompt[]> {
  const tokensOf = new Map(kept.map((tokens) => [tokens.identifier, tokens]));
  const places = promptsOf(text, identifiers).filter(({ identifier }) => tokensOf.has(identifier));
  if (places.length === 0) return [];
  const [whole = new Uint32Array(), ...before] = await tokenizer.encodeBatch([text, ...places.flatMap(({ prompt }) => [prompt, prompt.replace(/ +$/, '')])]);
  return places.flatMap(({ identifier }, index) => {
    const own = tokensOf.get(identifier) as IdentifierTokens;
    const isDue = (ids: Uint32Array) => ids.length > 0 && own.target.has(whole[ids.length] as number) && ids.every((id, position) => id === whole[position]);
    const ids = before.slice(2 * index, 2 * index + 2).find(isDue);
    return ids === undefined ? [] : [{ ids: Int32Array.from(ids.subarray(Math.max(0, ids.length - longest))), tokens: own }];
  });
}

/** `count` of the list without repetition, by a partial shuffle. */
function draw<Item>(list: readonly Item[], count: number, integer: (bound: number) => number): Item[] {
  const items = [...list];
  for (let index = 0; index < Math.min(count, items.length); index += 1) {
    const other = index + integer(items.length - index);
    [items[index], items[other]] = [items[other] as Item, items[index] as Item];
  }
  return items.slice(0, count);
}
