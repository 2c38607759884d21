import type { NeuronPoint } from '../../collect-measurements/measurements.js';
import { languageName } from '../../formats/language-name.js';
import { curveOver, type CurvePoint } from '../../statistics/curve.js';
import { stagesOf } from '../../statistics/stages.js';
import { better, countAxis, ofLanguage, reasonFor } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure, Panel, Subject, Table } from '../figure.js';
import { colourOf } from '../palette.js';
import { findings } from '../paper.js';
import { hoverStops, seriesMarks, stageMarks, stepScale, writeStep, type Series } from '../series.js';
import { curveOf } from '../statistics.js';
import { curveTable } from '../tables.js';
import { whole } from '../text.js';

const heading = { id: 'figure-4', number: 'Figure 4', title: 'Neurons that translate', paper: findings.neurons } as const;

interface Part {
  readonly language: string;
  readonly name: string;
  readonly own: readonly CurvePoint[];
  readonly dominant: readonly CurvePoint[];
  readonly frozen: readonly CurvePoint[];
  readonly overlap: readonly CurvePoint[];
}

export function neuronsFigure(subject: Subject): Figure {
  const { measured } = subject;
  const parts = measured.targets.map((language) => partOf(subject, language));
  const drawn = parts.filter(({ own }) => own.length > 0);
  if (drawn.length === 0) return { kind: 'missing', ...heading, reason: reasonFor(measured.neurons, 'transferring neurons') };
  const dominant = languageName(measured.dominantLanguage);
  return {
    kind: 'measured',
    ...heading,
    ours: [],
    shown: [glance(drawn)],
    grids: [{
      columns: 2,
      legend: [
        { label: 'the new language', colour: 'var(--ink)', shape: 'line' },
        { label: dominant, colour: colourOf(measured.dominantLanguage), shape: 'line' },
        ...(drawn.some(({ frozen }) => frozen.length > 0) ? [{ label: 'the new language, with the cuts of the first checkpoint', colour: 'var(--ink)', shape: 'dash' } as const] : []),
      ],
      panels: parts.map((part) => panelOf(part, parts, subject)),
    }],
    tables: [...drawn.map((part) => tableOf(part, dominant)), ...allLanguagesTable(subject)],
    note: 'The total is fixed at a share of all neurons, so one language\'s number can fall only as another\'s, or the overlap, rises; with the cuts frozen at the first checkpoint the total may change.',
  };
}

function partOf({ measured }: Subject, language: string): Part {
  const points = ofLanguage(measured.neurons, language);
  const over = (valueOf: (point: NeuronPoint) => number | null) => curveOf(points, ({ step }) => step, valueOf);
  return {
    language,
    name: languageName(language),
    own: curveOver('step', points),
    dominant: over(({ counts }) => counts[measured.dominantLanguage] ?? null),
    frozen: over((point) => point.frozen?.counts[language] ?? null),
    overlap: over((point) => point.overlap),
  };
}

function panelOf({ language, name, own, dominant, frozen }: Part, parts: readonly Part[], { measured, window }: Subject): Panel {
  if (own.length === 0) return { title: name, colour: colourOf(language), picture: { missing: reasonFor(ofLanguage(measured.neurons, language), 'transferring neurons') } };
  const x = stepScale(own.map((point) => point.x));
  const stages = stagesOf(better(ofLanguage(measured.acquisition, language), measured.metric), window);
  const series: Series[] = [
    { curve: dominant, label: languageName(measured.dominantLanguage), colour: colourOf(measured.dominantLanguage), write: whole, isPlain: true },
    { curve: frozen, label: `${name}, first cuts`, colour: colourOf(language), isDashed: true, isPlain: true, write: whole },
    { curve: own, label: name, colour: colourOf(language), write: whole },
  ].filter(({ curve }) => curve.length > 0);
  const counts = parts.flatMap((part) => [part.own, part.dominant, part.frozen].flatMap((curve) => curve.map(({ mean }) => mean)));
  return {
    title: `${name} run`,
    colour: colourOf(language),
    picture: draw({
      alt: `Number of language transferring neurons for ${name} and ${languageName(measured.dominantLanguage)} over training`, x, y: countAxis('Neurons', counts),
      marks: (canvas) => [...stageMarks(stages, x, canvas), ...series.flatMap(seriesMarks)],
      hover: hoverStops([...series].reverse(), writeStep),
    }),
  };
}

function glance(parts: readonly Part[]): Table {
  return {
    name: 'figure-4', caption: 'At a glance: transferring neurons of the new language, means over seeds',
    columns: ['language', 'first checkpoint', 'last checkpoint', 'first cuts: first', 'first cuts: last'],
    rows: parts.map(({ name, own, frozen }) => [name, own[0]?.mean ?? null, own.at(-1)?.mean ?? null, frozen[0]?.mean ?? null, frozen.at(-1)?.mean ?? null]),
  };
}

function tableOf({ language, name, own, dominant, frozen, overlap }: Part, dominantName: string): Table {
  const table = curveTable(own, { name: `figure-4-neurons-${language}`, caption: `Transferring neurons, ${name} run`, axis: 'step', quantity: `${name} neurons` });
  const at = (curve: readonly CurvePoint[], step: number) => curve.find(({ x }) => x === step)?.mean ?? null;
  return {
    ...table,
    columns: [...table.columns, `${dominantName} neurons`, 'in both', 'cuts of the first checkpoint'],
    rows: table.rows.map((row) => [...row, ...[dominant, overlap, frozen].map((curve) => at(curve, row[0] as number))]),
  };
}

/** The same selection among all languages at once, at fewer checkpoints (methods 2.2). */
function allLanguagesTable({ measured }: Subject): Table[] {
  if (measured.neuronsOfAll.length === 0) return [];
  const languages = [...new Set(measured.neuronsOfAll.flatMap(({ counts }) => Object.keys(counts)))];
  return [{
    name: 'figure-4-all-languages', caption: 'Selected among all languages at once', columns: ['run', 'seed', 'step', ...languages.map(languageName), 'in more than one'],
    rows: measured.neuronsOfAll.map(({ language, seed, step, counts, overlap }) => [languageName(language), seed, step, ...languages.map((one) => counts[one] ?? null), overlap]),
  }];
}
