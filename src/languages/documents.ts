import { otherNames } from './families.js';
import type { Language } from './language.js';
import { lexemesOf } from './lexemes.js';
import type { Program } from './program.js';
import type { Random } from './random.js';
import { render } from './render.js';
import { withParameter } from './rewrite.js';
import type { Concept } from './world.js';

/** One function of a corpus. */
export interface WorldDocument {
  readonly id: string;
  readonly language: string;
  readonly text: string;
  readonly concept: string;
}

/** How long a corpus gets: up to a number of lexemes, or of documents. */
export type CorpusSize = { readonly lexemes: number } | { readonly documents: number };

/**
 * Functions drawn from the concepts until the size is reached, a few with another variable name than usual.
 * Frequency falls along the list: concept floor(n u^exponent) for u uniform in [0, 1); exponent 1 is uniform.
 * @param name in front of each document's number
 */
export function* drawDocuments(concepts: readonly Concept[], language: Language, size: CorpusSize, exponent: number, random: Random, name: string): Generator<WorldDocument> {
  if (concepts.length === 0) return;
  let lexemes = 0;
  for (let number = 0; 'lexemes' in size ? lexemes < size.lexemes : number < size.documents; number += 1) {
    const concept = concepts[Math.floor(concepts.length * random.fraction() ** exponent)] as Concept;
    const text = render(withSomeName(concept.program, random), language);
    lexemes += lexemesOf(text).length;
    yield { id: `${name}/${String(number)}`, language: language.name, text, concept: concept.name };
  }
}

/**
 * Share of the functions whose parameter has another name than usual. They are few because to copy a name from the
 * signature is a skill of its own: where all names are equally common, a small model knows what to compute long
 * before it can write it down, and the benchmark measures the copying.
 */
const renamedShare = 0.1;

function withSomeName(program: Program, random: Random): Program {
  const names = otherNames(program);
  if (names.length === 0) return program;
  return random.fraction() < renamedShare ? withParameter(program, random.pick(names)) : program;
}
