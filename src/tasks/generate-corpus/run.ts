import { writeFile } from 'node:fs/promises';
import { writeCorpus } from '../../corpus/corpus.js';
import { TaskError } from '../../engine/task-kind.js';
import type { RunTask } from '../../engine/task-kind.js';
import { coveredConcepts } from '../../languages/coverage.js';
import { drawDocuments } from '../../languages/documents.js';
import type { CorpusSize } from '../../languages/documents.js';
import { isExpressible } from '../../languages/expressible.js';
import { familyNames } from '../../languages/families.js';
import type { Family } from '../../languages/families.js';
import type { Language, LanguageName } from '../../languages/language.js';
import { languageNamed, languages } from '../../languages/languages.js';
import { problemOf } from '../../languages/problem.js';
import { seeded } from '../../languages/random.js';
import { render } from '../../languages/render.js';
import { buildWorld } from '../../languages/world.js';
import type { Concept, FamilyWeights, World } from '../../languages/world.js';

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
  const language = knownLanguage(parameters.language);
  const world = buildWorld(parameters.concepts, weightsOf(parameters.families), parameters.worldSeed);
  const covered = coveredConcepts(world, language, parameters.coverage, parameters.coverageSeed);
  if (covered.length === 0) throw new TaskError(`a coverage of ${String(parameters.coverage)} leaves ${language.name} without a concept`, 'Raise coverage or concepts.');

  const draw = (share: number, stream: string) => drawDocuments(covered, language, sizeOf(parameters, share), parameters.zipf, seeded(stream, language.name, parameters.seed), `${language.name}/${stream}`);
  const shards = await writeCorpus(context.output('shards'), draw(1, 'shards'));
  await writeCorpus(context.output('heldout'), draw(parameters.heldOutShare, 'held-out'));
  await writeFile(context.output('benchmark'), benchmark(world, language, parameters));
  await writeFile(context.output('world'), `${JSON.stringify(worldTable(world, language, covered), null, 2)}\n`);
  const counts = shards.languages[language.name];
  context.log(`${String(counts?.documents ?? 0)} functions, ${String(covered.length)} of ${String(world.concepts.length)} concepts`);
};

function knownLanguage(name: string): Language {
  const language = languageNamed(name);
  if (language === undefined) throw new TaskError(`there is no syntax table for ${name} yet`, `The world is written in ${Object.keys(languages).join(' and ')}.`);
  return language;
}

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

/** One problem a line, numbered by the concept's place in the world: the same number in every language. */
function benchmark(world: World, language: Language, parameters: Parameters): string {
  const shares = new Map([...Object.entries(parameters.shownElsewhere), [language.name, parameters.coverage] as const]);
  const taught = [...shares].map(([name, share]) => [knownLanguage(name).name, new Set(coveredConcepts(world, knownLanguage(name), share, parameters.coverageSeed))] as const);
  const shownIn = (concept: Concept): LanguageName[] => taught.filter(([, concepts]) => concepts.has(concept)).map(([name]) => name);
  return world.concepts
    .map((concept, number) => ({ concept, number }))
    .filter(({ concept }) => isExpressible(concept.program, language))
    .map(({ concept, number }) => `${JSON.stringify(problemOf(concept, number, language, shownIn(concept), world.seed))}\n`)
    .join('');
}

function worldTable(world: World, language: Language, covered: readonly Concept[]): object {
  const shown = [...new Set([languages.python, language])].filter((other) => other !== undefined);
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
