import { TaskError } from '../../engine/task-kind.js';
import { format, readJson } from '../formats/json-file.js';
import type { Available } from './constraints.js';

/** Of any mix: one solved for a single target, pooled, or a baseline. */
export interface Mix {
  readonly tokens: Readonly<Record<string, number>>;
  /** Empty where the mix does not tell. */
  readonly available: Available;
}

interface MixFile {
  readonly tokens: Readonly<Record<string, number | null>>;
  readonly available?: Available;
}

const isMixFile = format<MixFile>({
  type: 'object',
  required: ['tokens'],
  properties: {
    tokens: { type: 'object', additionalProperties: { type: ['number', 'null'], minimum: 0 }, minProperties: 1 },
    available: { type: 'object', additionalProperties: { type: ['number', 'null'], minimum: 0 } },
  },
});

/** @throws {TaskError} when a language's tokens are unbounded, or there are none at all */
export async function readMix(path: string): Promise<Mix> {
  const { tokens, available = {} } = await readJson(path, 'mix', isMixFile);
  const bounded = Object.entries(tokens).map(([language, own]): [string, number] => {
    if (own === null) throw new TaskError(`the mix puts no bound on the tokens of ${language}`, 'solve it with the number of available tokens, or pool it within a total');
    return [language, own];
  });
  if (bounded.every(([, own]) => own === 0)) throw new TaskError('the mix has no tokens');
  return { tokens: Object.fromEntries(bounded), available };
}
