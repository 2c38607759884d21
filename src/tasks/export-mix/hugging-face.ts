import type { MixWeight } from './weights.js';

export interface InterleaveOptions {
  /** Path or glob of each language's JSON lines; `<language>/*.jsonl` where there is none. */
  readonly files: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly stoppingStrategy: 'first_exhausted' | 'all_exhausted' | null;
}

/** The arguments of `datasets.interleave_datasets`, in the order of `languages`. */
export interface Interleave {
  readonly languages: readonly string[];
  readonly dataFiles: readonly string[];
  readonly probabilities: readonly number[];
  readonly tokenShares: readonly number[];
  /** What a probability counts: `documents`, or `tokens` where the length of documents is not known (right for packed sequences). */
  readonly unit: 'documents' | 'tokens';
  readonly seed: number;
  readonly stopping_strategy: 'first_exhausted' | 'all_exhausted';
}

/**
 * `interleave_datasets` draws examples, not tokens: with documents of unequal length, a language's probability is its token
 * share over its mean document length. It stops when the first language is used up; where the mix repeats text, when the last is.
 */
export function interleave(weights: readonly MixWeight[], { files, seed, stoppingStrategy }: InterleaveOptions): Interleave {
  const used = weights.filter(({ share }) => share > 0);
  const lengthsKnown = used.every(({ tokensPerDocument }) => tokensPerDocument !== null);
  const rates = used.map(({ share, tokensPerDocument }) => (lengthsKnown ? share / (tokensPerDocument as number) : share));
  const sum = rates.reduce((total, rate) => total + rate, 0);
  const repeats = used.some(({ tokens, available }) => available !== null && tokens > available);
  return {
    languages: used.map(({ language }) => language),
    dataFiles: used.map(({ language }) => files[language] ?? `${language}/*.jsonl`),
    probabilities: rates.map((rate) => rate / sum),
    tokenShares: used.map(({ share }) => share),
    unit: lengthsKnown ? 'documents' : 'tokens',
    seed,
    stopping_strategy: stoppingStrategy ?? (repeats ? 'all_exhausted' : 'first_exhausted'),
  };
}

/** Reads the arguments from beside itself, so that no text of theirs becomes code. */
export const interleaveScript = `"""The mix as one stream of documents. Needs: pip install datasets"""
import json
from pathlib import Path

from datasets import interleave_datasets, load_dataset

mix = json.loads(Path(__file__).with_name("interleave.json").read_text(encoding="utf-8"))


def mixed():
    return interleave_datasets(
        [load_dataset("json", data_files=files, split="train", streaming=True) for files in mix["dataFiles"]],
        probabilities=mix["probabilities"],
        seed=mix["seed"],
        stopping_strategy=mix["stopping_strategy"],
    )


if __name__ == "__main__":
    for document in mixed().take(5):
        print(document)
`;
