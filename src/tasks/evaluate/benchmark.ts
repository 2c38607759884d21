import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { TaskError } from '../../engine/task-kind.js';
import { loadTokenizer } from '../../corpus/tokenizer.js';
import { languageFrom } from '../../languages/language-file.js';
import type { Language } from '../../languages/language.js';
import type { Problem } from '../../languages/problem.js';

/** A benchmark of one language, ready to put to a model. */
export interface Benchmark {
  /** The same object for every checkpoint, so that verdicts are found again (verdict-cache.ts). */
  readonly language: Language;
  readonly problems: readonly Problem[];
  /** Token ids of each problem's prompt. */
  readonly prompts: readonly Int32Array[];
}

/** Paths in the store, which are immutable. */
interface BenchmarkSource {
  readonly benchmark: string;
  readonly tokenizer: string;
  /** Files that define languages which are not built in. */
  readonly syntax: readonly string[];
}

const benchmarks = new LRUCache<string, Benchmark, BenchmarkSource>({
  max: 16,
  ignoreFetchAbort: true,
  fetchMethod: async (_, __, { context }) => load(context),
});

/**
 * Reads and tokenises a benchmark, once a worker: every checkpoint is asked the same problems.
 * @throws {TaskError} when it has no problem, is of several languages or of an unknown one, or has a line that is not JSON
 */
export function readBenchmark(source: BenchmarkSource): Promise<Benchmark> {
  return benchmarks.forceFetch(JSON.stringify([source.benchmark, source.tokenizer, source.syntax]), { context: source });
}

async function load({ benchmark, tokenizer: tokenizerPath, syntax }: BenchmarkSource): Promise<Benchmark> {
  const problems = parse(await readFile(benchmark, 'utf8'));
  const language = await languageFrom(syntax, onlyLanguage(problems));
  const tokenizer = await loadTokenizer(tokenizerPath);
  const prompts = await tokenizer.encodeBatch(problems.map(({ prompt }) => prompt));
  return { language, problems, prompts: prompts.map((prompt) => Int32Array.from(prompt)) };
}

function parse(text: string): Problem[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as Problem];
    } catch (error) {
      throw new TaskError(`benchmark, line ${index + 1}: not JSON (${(error as Error).message})`);
    }
  });
}

function onlyLanguage(problems: readonly Problem[]): string {
  const names = [...new Set(problems.map(({ language }) => language))];
  const [name] = names;
  if (name === undefined) throw new TaskError('the benchmark has no problem');
  if (names.length > 1) throw new TaskError(`the benchmark mixes languages: ${names.join(', ')}`, 'give one benchmark a language');
  return name;
}
