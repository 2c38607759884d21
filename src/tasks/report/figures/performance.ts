import type { RequiredSharePoint } from '../../collect-measurements/measurements.js';
import { languageName } from '../../formats/language-name.js';
import { curveOver, finalValues, type CurvePoint } from '../../statistics/curve.js';
import { estimate } from '../../statistics/interval.js';
import { stagesOf } from '../../statistics/stages.js';
import { better, ofLanguage, performanceAxis, performanceScale, reasonFor, shareAxis } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure, Panel, Subject, Table } from '../figure.js';
import { colourOf } from '../palette.js';
import { findings } from '../paper.js';
import { baselineMarks, hoverStops, seriesMarks, stageMarks, stepScale, writeStep, type Series } from '../series.js';
import { curveTable } from '../tables.js';
import { metricText } from '../text.js';

const heading = { id: 'figure-2', number: 'Figure 2', title: 'Learning a new language, and how much of it is borrowed', paper: findings.performance } as const;

interface Part {
  readonly language: string;
  readonly name: string;
  readonly performance: readonly CurvePoint[];
  readonly required: readonly CurvePoint[];
  readonly requiredPoints: readonly RequiredSharePoint[];
  /** A model of the language alone; null without one. */
  readonly monolingual: number | null;
}

export function performanceFigure(subject: Subject): Figure {
  const { measured, window } = subject;
  const parts = measured.targets.map((language) => partOf(subject, language)).filter(({ performance }) => performance.length > 0);
  if (parts.length === 0) return { kind: 'missing', ...heading, reason: reasonFor(measured.acquisition, 'acquisition of a new language') };
  const [dominant, text] = [languageName(measured.dominantLanguage), metricText(measured.metric)];
  const average = { label: `average of ${window} evaluations, band: one standard error over seeds`, colour: 'var(--ink)', shape: 'line' } as const;
  return {
    kind: 'measured',
    ...heading,
    ours: [],
    shown: [glance(parts, subject)],
    grids: [
      {
        title: `(a) ${measured.metric === 'passRate' ? 'Problems solved' : 'Bits per byte'} in the new language`, columns: 2,
        legend: [average, { label: 'the language alone, from scratch', colour: 'var(--ink)', shape: 'dash' }],
        panels: parts.map((part) => performancePanel(part, parts, subject)),
      },
      {
        title: `(b) Share of the correct answers that need ${dominant}`, columns: 2, legend: [average],
        panels: parts.map((part) => requiredPanel(part, subject)),
      },
    ],
    tables: parts.flatMap(({ language, name, performance, required }): Table[] => [
      curveTable(performance, { name: `figure-2-performance-${language}`, caption: `${name} ${text.name}`, axis: 'step', quantity: text.name, window }),
      ...(required.length === 0 ? [] : [curveTable(required, { name: `figure-2-required-share-${language}`, caption: `Share of correct ${name} answers that need ${dominant}`, axis: 'step', quantity: 'required share', window })]),
    ]),
    note: `An answer needs ${dominant} when the ${dominant} model solves the problem and a model trained on the new language alone does not. Without any correct answer the share has no value and is not drawn. Shaded ground: the stages of Figure 1.`,
  };
}

function partOf({ measured, window }: Subject, language: string): Part {
  const requiredPoints = ofLanguage(measured.requiredShare, language);
  const alone = [...finalValues(ofLanguage(measured.monolingual, language), window).values()];
  return {
    language,
    name: languageName(language),
    performance: curveOver('step', ofLanguage(measured.acquisition, language)),
    required: curveOver('step', requiredPoints),
    requiredPoints,
    monolingual: alone.length === 0 ? null : estimate(alone).mean,
  };
}

function performancePanel({ language, name, performance, monolingual }: Part, parts: readonly Part[], { measured, window }: Subject): Panel {
  const scale = performanceScale(measured.metric);
  const stages = stagesOf(better(ofLanguage(measured.acquisition, language), measured.metric), window);
  const x = stepScale(performance.map((point) => point.x));
  const series: Series = { curve: performance, label: name, colour: colourOf(language), window, scale };
  const values = parts.flatMap((part) => [...part.performance.map(({ mean }) => mean), part.monolingual ?? []].flat()).map((value) => value * scale);
  return {
    title: name,
    colour: colourOf(language),
    picture: draw({
      alt: `${name} ${metricText(measured.metric).name} over training${monolingual === null ? '' : `, against ${metricText(measured.metric).value(monolingual)} of ${name} alone`}`,
      x, y: performanceAxis(measured.metric, values),
      marks: (canvas) => [
        ...stageMarks(stages, x, canvas),
        ...(monolingual === null ? [] : baselineMarks(monolingual * scale, 'var(--muted)', `${name} alone`)),
        ...seriesMarks(series),
      ],
      hover: hoverStops([series], writeStep),
    }),
  };
}

function requiredPanel({ language, name, performance, required, requiredPoints }: Part, { measured, window }: Subject): Panel {
  if (required.length === 0) return { title: name, colour: colourOf(language), picture: { missing: reasonFor(requiredPoints, 'required share') } };
  const stages = stagesOf(better(ofLanguage(measured.acquisition, language), measured.metric), window);
  const x = stepScale(performance.map((point) => point.x));
  const series: Series = { curve: required, label: name, colour: colourOf(language), window, scale: 100, write: (value) => `${value.toFixed(1)} %` };
  return {
    title: name,
    colour: colourOf(language),
    picture: draw({
      alt: `Share of correct ${name} answers that need ${languageName(measured.dominantLanguage)} over training`, x, y: shareAxis('Correct answers (%)'),
      marks: (canvas) => [...stageMarks(stages, x, canvas), ...seriesMarks(series)],
      hover: hoverStops([series], writeStep),
    }),
  };
}

/** A line a language: what the curves say at their ends. */
function glance(parts: readonly Part[], { measured }: Subject): Table {
  const { isHigherBetter } = metricText(measured.metric);
  const scale = performanceScale(measured.metric);
  const unit = measured.metric === 'passRate' ? ' (%)' : ' (bits per byte)';
  return {
    name: 'figure-2', caption: 'At a glance: means over seeds',
    columns: ['language', `best${unit}`, 'at step', `last${unit}`, `alone${unit}`, 'needs Python, most (%)', 'last (%)'].map((column) => column.replace('Python', languageName(measured.dominantLanguage))),
    rows: parts.map(({ name, performance, required, monolingual }) => {
      const best = performance.reduce((leader, point) => ((point.mean > leader.mean) === isHigherBetter ? point : leader));
      const scaled = (value: number | null | undefined, by: number) => (value === null || value === undefined ? null : value * by);
      const most = required.length === 0 ? null : Math.max(...required.map(({ mean }) => mean));
      return [name, best.mean * scale, best.x, scaled(performance.at(-1)?.mean, scale), scaled(monolingual, scale), scaled(most, 100), scaled(required.at(-1)?.mean, 100)];
    }),
  };
}
