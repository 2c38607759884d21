import { TaskError } from '../../engine/task-kind.js';
import type { MixWeight } from './weights.js';

/**
 * Megatron-LM's blend: weights and prefixes in turn, as `--data-path` and `get_blend_from_list` take them. Weights are of
 * samples, all one sequence long, so they are token shares; Megatron normalises them and works out the epochs from the length of training.
 * @param prefixes of the .bin and .idx files of each language; its name where there is none
 * @throws {TaskError} when a prefix has white space: a file for `--data-args-path` is split at it
 */
export function megatronBlend(weights: readonly MixWeight[], prefixes: Readonly<Record<string, string>>): string[] {
  return weights.filter(({ share }) => share > 0).flatMap(({ language, share }) => {
    const prefix = prefixes[language] ?? language;
    if (prefix === '' || /\s/.test(prefix)) throw new TaskError(`the prefix of ${language} is ${JSON.stringify(prefix)}; Megatron-LM splits at white space`);
    return [String(Number((100 * share).toPrecision(12))), prefix];
  });
}
