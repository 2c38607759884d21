import { writeFile } from 'node:fs/promises';
import { writeCorpus } from '../../corpus/corpus.js';
import { TaskError } from '../../engine/task-kind.js';
import type { RunTask } from '../../engine/task-kind.js';
import { coveredConcepts } from '../../languages/coverage.js';
import { drawDocuments } from '../../languages/documents.js';
import type { CorpusSize } from '../../languages/documents.js';
import { isExpressible } from '../../languages/expressible.js';
import { familyNames } from '../../languages/families.js';
import type { Family, FamilyWeights } from '../../languages/families.js';
import type { Language } from '../../languages/language.js';
import { languageFrom } from '../../languages/language-file.js';
import { problemOf, secondProblemOf } from '../../languages/problem.js';
import type { Problem } from '../../languages/problem.js';
import { python } from '../../languages/python.js';
import { seeded } from '../../languages/random.js';
import { render } from '../../languages/render.js';
import { buildWorld } from '../../languages/world.js';
import type { Concept, World } from '../../languages/world.js';

interface Parameters {
  readonly language: string;
  readonly tokens: number;
  readonly documents: number | null;
  readonly heldOutShare: number;
  readonly concepts: number;
  readonly coverage: number;
  readonly coverageSeed: number;
  readonly shownElsewhere: Readonly<Record<string, number>>;
  readonly worldSeed: number;
  readonly seed: number;
  readonly zipf: number;
  readonly families: Readonly<Partial<Record<Family, number>>>;
}

export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const syntax = context.inputs('syntax').map(({ path }) => path);
  const language = await languageFrom(syntax, parameters.language);
  const world = buildWorld(parameters.concepts, weightsOf(parameters.families), parameters.worldSeed);
  const covered = coveredConcepts(world, language, parameters.coverage, parameters.coverageSeed);
  if (covered.length === 0) throw new TaskError(`a coverage of ${String(parameters.coverage)} leaves ${language.name} without a concept`, 'Raise coverage or concepts.');

  const draw = (share: number, stream: string) => drawDocuments(covered, language, sizeOf(parameters, share), parameters.zipf, seeded(stream, language.name, parameters.seed), `${language.name}/${stream}`);
  const shards = await writeCorpus(context.output('shards'), draw(1, 'shards'));
  await writeCorpus(context.output('heldout'), draw(parameters.heldOutShare, 'held-out'));
  const taught = await taughtConcepts(world, language, parameters, syntax);
  await writeFile(context.output('benchmark'), benchmark(world, language, taught, (concept, number, shownIn) => problemOf(concept, number, language, shownIn, world.seed)));
  await writeFile(context.output('secondBenchmark'), benchmark(world, language, taught, (concept, number, shownIn) => secondProblemOf(concept, number, language, shownIn, world)));
  await writeFile(context.output('world'), `${JSON.stringify(worldTable(world, language, covered), null, 2)}\n`);
  const counts = shards.languages[language.name];
  context.log(`${String(counts?.documents ?? 0)} functions, ${String(covered.length)} of ${String(world.concepts.length)} concepts`);
};

/** @throws {TaskError} when no family has a weight */
function weightsOf(families: Parameters['families']): FamilyWeights {
  const weights = Object.fromEntries(familyNames.map((family) => [family, families[family] ?? 0])) as Record<Family, number>;
  if (Object.values(weights).every((weight) => weight === 0)) throw new TaskError('every family of programs has the weight 0', `Give one of ${familyNames.join(', ')} a weight.`);
  return weights;
}

function sizeOf({ documents, tokens }: Parameters, share: number): CorpusSize {
  const scaled = (size: number) => Math.max(1, Math.round(share * size));
  return documents === null ? { lexemes: scaled(tokens) } : { documents: scaled(documents) };
}

/** The concepts that each language's corpus teaches: this one's, and those of `shownElsewhere`. */
type Taught = readonly (readonly [language: string, concepts: ReadonlySet<Concept>])[];

async function taughtConcepts(world: World, language: Language, { shownElsewhere, coverage, coverageSeed }: Parameters, syntax: readonly string[]): Promise<Taught> {
  const shares = new Map([...Object.entries(shownElsewhere), [language.name, coverage] as const]);
  return Promise.all([...shares].map(async ([name, share]) => [name, new Set(coveredConcepts(world, await languageFrom(syntax, name), share, coverageSeed))] as const));
}

type Ask = (concept: Concept, number: number, shownIn: readonly string[]) => Problem | undefined;

/** One problem a line, numbered by the concept's place in the world: the same number in every language. */
function benchmark(world: World, language: Language, taught: Taught, ask: Ask): string {
  const shownIn = (concept: Concept) => taught.filter(([, concepts]) => concepts.has(concept)).map(([name]) => name);
  const problems = world.concepts.map((concept, number) => (isExpressible(concept.program, language) ? ask(concept, number, shownIn(concept)) : undefined));
  return problems.filter((problem) => problem !== undefined).map((problem) => `${JSON.stringify(problem)}\n`).join('');
}

function worldTable(world: World, language: Language, covered: readonly Concept[]): object {
  const shown = [...new Set([python, language])];
  return {
    format: 'pipelines/world/v1',
    worldSeed: world.seed,
    language: language.name,
    concepts: world.concepts.map((concept) => ({
      concept: concept.name,
      family: concept.family,
      covered: covered.includes(concept),
      program: concept.program,
      text: Object.fromEntries(shown.filter((other) => isExpressible(concept.program, other)).map((other) => [other.name, render(concept.program, other)])),
    })),
  };
}
