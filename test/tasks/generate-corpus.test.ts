import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { TaskContext } from '../../src/engine/task-kind.js';
import { readCorpusIndex, readDocuments } from '../../src/corpus/corpus.js';
import { identifierTable, promptsOf } from '../../src/languages/identifiers.js';
import { readLanguage } from '../../src/languages/language-file.js';
import { lexemesOf } from '../../src/languages/lexemes.js';
import { languages } from '../../src/languages/languages.js';
import { php } from '../../src/languages/php.js';
import type { Problem } from '../../src/languages/problem.js';
import { verdict } from '../../src/languages/verdict.js';
import { builtIn, generateCorpus } from '../../src/tasks/generate-corpus/kind.js';
import { toySyntax } from '../languages/toy.js';
import { run } from '../../src/tasks/generate-corpus/run.js';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

interface Outputs { readonly folder: string; readonly log: readonly string[] }

async function generate(parameters: Record<string, unknown>, syntax: readonly string[] = []): Promise<Outputs> {
  const folder = await mkdtemp(join(tmpdir(), 'generate-corpus-'));
  folders.push(folder);
  for (const [name, { type }] of Object.entries(generateCorpus.outputs)) if (type === 'tree') await mkdir(join(folder, name));
  const defaults = Object.fromEntries(Object.entries(generateCorpus.parameters.properties).map(([name, schema]) => [name, schema['default']]));
  const log: string[] = [];
  await run({ parameters: { ...defaults, ...parameters }, inputs: () => syntax.map((path) => ({ path, labels: {} })), output: (name: string) => join(folder, name), log: (line: string) => log.push(line) } as unknown as TaskContext);
  return { folder, log };
}

async function documentsIn({ folder }: Outputs, name: string): Promise<{ text: string; concept?: string; id: string }[]> {
  const documents = [];
  for await (const document of readDocuments(join(folder, name))) documents.push(document);
  return documents;
}

async function problemsIn({ folder }: Outputs, name = 'benchmark'): Promise<Problem[]> {
  return (await readFile(join(folder, name), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as Problem);
}

interface WorldTable { readonly concepts: readonly { readonly concept: string; readonly covered: boolean; readonly text: Readonly<Record<string, string>> }[] }

const small = { language: 'php', tokens: 40_000, coverage: 0.3 };

describe('generate-corpus', () => {
  it('names the languages that have a table', () => {
    expect(builtIn).toEqual(languages.map(({ name }) => name));
  });

  it('writes as many lexemes as asked for, and a share of that held out', async () => {
    const outputs = await generate(small);
    const size = (documents: readonly { text: string }[]) => documents.reduce((sum, { text }) => sum + lexemesOf(text).length, 0);
    const shards = await documentsIn(outputs, 'shards');
    expect(size(shards)).toBeGreaterThanOrEqual(40_000);
    expect(size(shards)).toBeLessThan(40_100);
    expect(size(await documentsIn(outputs, 'heldout'))).toBeLessThan(2_100);
    expect((await readCorpusIndex(join(outputs.folder, 'shards'))).languages['php']?.documents).toBe(shards.length);
    expect(outputs.log).toEqual([`${String(shards.length)} functions, 36 of 120 concepts`]);
  });

  it('can be sized in functions', async () => {
    const outputs = await generate({ ...small, documents: 50 });
    expect(await documentsIn(outputs, 'shards')).toHaveLength(50);
  });

  it('writes the same bytes for the same seed, and others for another', async () => {
    const bytes = async (parameters: Record<string, unknown>) => {
      const { folder } = await generate({ ...small, tokens: 5_000, ...parameters });
      return Promise.all(['shards/documents-000.jsonl', 'heldout/documents-000.jsonl', 'benchmark', 'secondBenchmark', 'world'].map((name) => readFile(join(folder, name), 'utf8')));
    };
    const first = await bytes({});
    expect(await bytes({})).toEqual(first);
    const second = await bytes({ seed: 2 });
    expect(second[0]).not.toBe(first[0]);
    // Another seed draws other functions from the same world, asked for in the same way.
    expect(second.slice(2)).toEqual(first.slice(2));
  });

  it('teaches the covered concepts only, and asks for all of them', async () => {
    const outputs = await generate(small);
    const { concepts } = JSON.parse(await readFile(join(outputs.folder, 'world'), 'utf8')) as WorldTable;
    const covered = concepts.filter((entry) => entry.covered).map((entry) => entry.concept).sort();
    const taught = new Set((await documentsIn(outputs, 'shards')).map(({ concept }) => concept));
    expect([...taught].sort()).toEqual(covered);

    const problems = await problemsIn(outputs);
    // PHP has no `find` that gives -1: one concept is beyond it.
    expect(problems).toHaveLength(119);
    expect(problems.filter((problem) => problem.covered).map((problem) => problem.concept).sort()).toEqual(covered);
    for (const problem of problems) expect(problem.shown_in).toEqual(problem.covered ? ['python', 'php'] : ['python']);
    expect(problems.every((problem) => verdict(problem, problem.canonical_solution, php).passed)).toBe(true);
  });

  it('gives a concept the same number, words and tests in every language', async () => {
    const inPython = await problemsIn(await generate({ language: 'python', tokens: 1_000 }));
    const inPhp = await problemsIn(await generate({ ...small, tokens: 1_000 }));
    const common = ({ task_id, concept, entry_point, tests }: Problem) => ({ task_id, concept, entry_point, tests });
    expect(inPython).toHaveLength(120);
    const asked = new Set(inPhp.map(({ concept }) => concept));
    expect(inPhp.map(common)).toEqual(inPython.filter(({ concept }) => asked.has(concept)).map(common));
  });

  it('uses every identifier of A.1 for PHP', async () => {
    const documents = await documentsIn(await generate(small), 'shards');
    const used = new Set(documents.flatMap(({ text }) => promptsOf(text, identifierTable.php).map(({ identifier }) => identifier)));
    expect([...used].sort()).toEqual(identifierTable.php.map(({ identifier }) => identifier).sort());
  });

  it('asks for the same concepts once more, in other words and by other tests', async () => {
    const outputs = await generate(small);
    const first = new Map((await problemsIn(outputs)).map((problem) => [problem.concept, problem]));
    const second = await problemsIn(outputs, 'secondBenchmark');
    expect(second.map(({ concept }) => concept)).toEqual([...first.keys()]);
    const asked = new Set([...first.values()].map(({ prompt }) => prompt.split('\n')[0]));
    for (const problem of second) {
      const other = first.get(problem.concept) as Problem;
      expect(problem.task_id).toMatch(/^MBXP\/(?:5[1-9]|6[0-3])\d$/);
      expect(problem.prompt).not.toBe(other.prompt);
      const [words, otherWords] = [problem, other].map(({ prompt }) => prompt.split('\n')[0]?.split(' ') ?? []);
      expect(words?.at(-1)).toBe(otherWords?.at(-1));
      expect(asked.has(problem.prompt.split('\n')[0])).toBe(false);
      expect(verdict(problem, problem.canonical_solution, php).passed).toBe(true);
    }
    expect(second.filter(({ tests, concept }) => JSON.stringify(tests) === JSON.stringify(first.get(concept)?.tests))).toEqual([]);
  });

  it('writes a sixth language from its syntax file alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'syntax-'));
    folders.push(folder);
    const syntax = join(folder, 'toy.yaml');
    await writeFile(syntax, toySyntax);
    const outputs = await generate({ language: 'toy', tokens: 5_000, coverage: 0.3 }, [syntax]);
    expect((await documentsIn(outputs, 'shards'))[0]?.text).toMatch(/^\/\/ \w+ \w+\nfun \w+\(.*\) \{\n/);
    const toy = readLanguage(toySyntax, 'toy.yaml');
    const problems = await problemsIn(outputs);
    expect(problems.length).toBeGreaterThan(100);
    expect(problems.every((problem) => problem.language === 'toy' && verdict(problem, problem.canonical_solution, toy).passed)).toBe(true);
    await expect(generate({ language: 'toy' })).rejects.toThrow('there is no syntax table for toy');
  });

  it('follows the weights of the families', async () => {
    const documents = await documentsIn(await generate({ ...small, families: { sorted: 1 } }), 'shards');
    expect(documents.every(({ text }) => text.includes('sort($'))).toBe(true);
    await expect(generate({ ...small, families: { sorted: 0 } })).rejects.toThrow('every family of programs has the weight 0');
  });
});
