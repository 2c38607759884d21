import type { TaskContext } from '../../engine/task-kind.js';
import { readCorpusStatistics } from '../formats/corpus-statistics.js';
import type { Available } from './constraints.js';

/** From the input `statistics`, or from the parameter `available`, which goes first. */
export async function readAvailable(context: TaskContext, given: Readonly<Record<string, number>>): Promise<Available> {
  const [statistics] = context.inputs('statistics');
  const counted = statistics === undefined ? [] : (await readCorpusStatistics(statistics.path)).languages;
  return { ...Object.fromEntries(counted.map(({ language, tokens }) => [language, tokens])), ...given };
}
