import { TaskError } from '../../engine/task-kind.js';
import { readDocuments } from '../../corpus/corpus.js';
import type { Tokenizer } from '../../corpus/tokenizer.js';
import { identifierPrompts, identifierTable, type IdentifierPair, type TargetName } from '../../languages/identifiers.js';
import { seededRandom } from '../../model/random.js';
import type { IdentifierTokens } from './working-language.js';

/** A text whose next token begins an identifier of the target language. */
export interface ProbePrompt {
  readonly ids: Int32Array;
  readonly tokens: IdentifierTokens;
}

export interface PromptChoice {
  readonly perIdentifier: number;
  /** Longest prompt in tokens; of a longer text, the end. */
  readonly longest: number;
  readonly seed: number;
}

/** Occurrences of an identifier to choose from, for each prompt wanted. */
const pool = 20;

/**
 * Places in held-out text where an identifier of A.1 is due (3.3; methods 3.2): `perIdentifier` for each identifier
 * that occurs, drawn by seed from the first occurrences. Prompts are equal for every checkpoint.
 * @throws {TaskError} when two languages' tokens for an identifier are the same, so that nothing could tell them apart
 */
export async function choosePrompts(corpora: readonly string[], target: TargetName, tokenizer: Tokenizer, choice: PromptChoice): Promise<ProbePrompt[]> {
  const tokens = new Map(identifierTable[target].map((pair) => [pair.identifier, identifierTokens(pair, tokenizer)]));
  const found = new Map([...tokens.keys()].map((identifier): [string, ProbePrompt[]] => [identifier, []]));
  const wanted = choice.perIdentifier * pool;
  for await (const { language, text } of documentsOf(corpora)) {
    if (language !== target) continue;
    if ([...found.values()].every(({ length }) => length >= wanted)) break;
    for (const prompt of await promptsIn(text, target, tokens, tokenizer, choice.longest)) {
      const list = found.get(prompt.tokens.identifier) as ProbePrompt[];
      if (list.length < wanted) list.push(prompt);
    }
  }
  const random = seededRandom(choice.seed);
  return [...found.values()].flatMap((list) => draw(list, choice.perIdentifier, random.integer));
}

async function* documentsOf(corpora: readonly string[]): AsyncIterable<{ language: string; text: string }> {
  for (const corpus of corpora) yield* readDocuments(corpus);
}

/** First-token ids of both languages' words, with and without a leading space or dot; ids of both are removed from both. */
export function identifierTokens({ identifier, python }: IdentifierPair, tokenizer: Pick<Tokenizer, 'firstTokens'>): IdentifierTokens {
  const target = new Set(tokenizer.firstTokens(identifier));
  const dominant = new Set(python.flatMap((word) => tokenizer.firstTokens(word)));
  const onlyTarget = new Set([...target].filter((id) => !dominant.has(id)));
  const onlyDominant = new Set([...dominant].filter((id) => !target.has(id)));
  // Either set may be empty for a word the corpora never use; equal sets mean a tokenizer that cannot tell the two apart.
  if (onlyTarget.size === 0 && target.size > 0) {
    throw new TaskError(`the first tokens of ${identifier} are also those of ${python.join(', ')}`, 'reserve the identifiers as tokens of their own: `reserved` of train-tokenizer');
  }
  return { identifier, target: onlyTarget, dominant: onlyDominant };
}

/**
 * Only where the text before the identifier is tokenised alike with and without what follows: otherwise the
 * prompt would end in a token that the model never saw there. A space before the identifier belongs to the prompt
 * in one tokenizer (`return `) and to the identifier in another (byte-level BPE's ` strlen`).
 */
async function promptsIn(
  text: string, target: TargetName, tokens: ReadonlyMap<string, IdentifierTokens>, tokenizer: Tokenizer, longest: number,
): Promise<ProbePrompt[]> {
  const places = identifierPrompts(text, target);
  if (places.length === 0) return [];
  const [whole = new Uint32Array(), ...before] = await tokenizer.encodeBatch([text, ...places.flatMap(({ prompt }) => [prompt, prompt.replace(/ +$/, '')])]);
  return places.flatMap(({ identifier }, index) => {
    const own = tokens.get(identifier) as IdentifierTokens;
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
