import { TaskError } from '../../engine/task-kind.js';
import { textTokens, type TextSource } from '../../corpus/text-tokens.js';
import type { Checkpoint } from '../../model/checkpoint.js';
import { meanLoss } from '../../model/forward-pass.js';

export interface HeldOutResult {
  /** Natural-log cross entropy a token. */
  readonly loss: number;
  /** Comparable between tokenizers and languages, unlike the loss. */
  readonly bitsPerByte: number;
  readonly tokens: number;
  readonly bytes: number;
}

/**
 * Loss and bits per byte of a model on text it never saw: the lower-variance score of methods 5.4.
 * @param batch windows of text per forward pass
 * @throws {TaskError} when the text is shorter than one context
 */
export async function measureHeldOut(source: TextSource, { config, weights }: Checkpoint, batch: number): Promise<{ language: string; result: HeldOutResult }> {
  const { language, tokens, bytes } = await textTokens(source);
  const { loss, tokens: predicted } = await meanLoss({ config, weights, tokens, batch });
  if (loss === null) throw new TaskError(`the held-out ${language} text has ${tokens.length} tokens, fewer than one context of ${config.context}`);
  // The bytes of the predicted tokens: what is left over at the end of the text is not read.
  const predictedBytes = bytes * predicted / tokens.length;
  return { language, result: { loss, bitsPerByte: loss * predicted / Math.LN2 / predictedBytes, tokens: predicted, bytes: Math.round(predictedBytes) } };
}
