import * as Plot from '@observablehq/plot';
import type { WorkingPoint } from '../../collect-measurements/measurements.js';
import { languageName } from '../../formats/language-name.js';
import { curveOver, type CurvePoint } from '../../statistics/curve.js';
import { stagesOf } from '../../statistics/stages.js';
import { better, ofLanguage, reasonFor, shareAxis } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure, Panel, Subject, Table } from '../figure.js';
import { colourOf } from '../palette.js';
import { findings } from '../paper.js';
import { hoverStops, seriesMarks, stageMarks, stepScale, writeStep, type Series } from '../series.js';
import { curveOf } from '../statistics.js';
import { curveTable } from '../tables.js';

const heading = { id: 'figure-3', number: 'Figure 3', title: 'Which language the inner layers speak', paper: findings.workingLanguage } as const;

interface Part { readonly language: string; readonly name: string; readonly points: readonly WorkingPoint[]; readonly curve: readonly CurvePoint[]; readonly anyWord: readonly CurvePoint[] }

export function workingLanguageFigure(subject: Subject): Figure {
  const { measured } = subject;
  const parts = measured.targets.map((language): Part => {
    const points = ofLanguage(measured.workingShare, language);
    const anyWord = curveOf(points, ({ step }) => step, ({ anyIdentifier }) => anyIdentifier?.value ?? null);
    return { language, name: languageName(language), points, curve: curveOver('step', points), anyWord };
  });
  const drawn = parts.filter(({ curve }) => curve.length > 0);
  if (drawn.length === 0) return { kind: 'missing', ...heading, reason: reasonFor(measured.workingShare, 'working language') };
  const dominant = languageName(measured.dominantLanguage);
  return {
    kind: 'measured',
    ...heading,
    ours: [],
    shown: [glance(drawn, dominant)],
    grids: [{
      columns: 2,
      legend: [
        { label: `below the line: ${dominant}`, colour: colourOf(measured.dominantLanguage), shape: 'band' },
        { label: 'above it: the new language', colour: 'var(--muted)', shape: 'band' },
        ...(drawn.some(({ anyWord }) => anyWord.length > 0) ? [{ label: `${dominant}, where a word of any pair tells the language`, colour: colourOf(measured.dominantLanguage), shape: 'dash' } as const] : []),
      ],
      panels: parts.map((part) => panelOf(part, subject)),
    }],
    tables: drawn.map(({ language, name, curve, points, anyWord }): Table => {
      const table = curveTable(curve, { name: `figure-3-working-language-${language}`, caption: `${dominant}'s share of the identified inner tokens while it writes ${name}`, axis: 'step', quantity: `${dominant} share` });
      const coverage = new Map(curveOf(points, ({ step }) => step, (point) => point.coverage).map(({ x, mean }) => [x, mean]));
      return { ...table, columns: [...table.columns, 'coverage', 'any word'], rows: table.rows.map((row) => [...row, coverage.get(row[0] as number) ?? null, anyWord.find(({ x }) => x === row[0])?.mean ?? null]) };
    }),
    note: 'Read off with the logit lens where an identifier of the new language is due, all but the last layers. Coverage is the part of the tokens that belongs to either language; the rest enters no share (Eq. 1).',
  };
}

function panelOf({ language, name, points, curve, anyWord }: Part, { measured, window }: Subject): Panel {
  const title = `While it writes ${name}`;
  if (curve.length === 0) return { title, colour: colourOf(language), picture: { missing: reasonFor(points, 'working language') } };
  const dominant = languageName(measured.dominantLanguage);
  const stages = stagesOf(better(ofLanguage(measured.acquisition, language), measured.metric), window);
  const x = stepScale(curve.map((point) => point.x));
  const write = (value: number) => `${value.toFixed(1)} %`;
  const series: Series = { curve, label: dominant, colour: colourOf(measured.dominantLanguage), scale: 100, write };
  const wider: Series = { curve: anyWord, label: `${dominant}, any word`, colour: colourOf(measured.dominantLanguage), scale: 100, write, isDashed: true, isPlain: true };
  const split = curve.map((point) => ({ x: point.x, share: point.mean * 100 }));
  return {
    title,
    colour: colourOf(language),
    picture: draw({
      alt: `${dominant}'s share of the identified inner tokens while the model writes ${name}, over training`, x, y: shareAxis('Identified inner tokens (%)'),
      marks: (canvas) => [
        Plot.areaY(split, { x: 'x', y1: 0, y2: 'share', fill: colourOf(measured.dominantLanguage), fillOpacity: 0.13 }),
        Plot.areaY(split, { x: 'x', y1: 'share', y2: 100, fill: colourOf(language), fillOpacity: 0.13 }),
        ...stageMarks(stages, x, canvas),
        ...(anyWord.length === 0 ? [] : seriesMarks(wider)),
        ...seriesMarks(series),
      ],
      hover: hoverStops([series, wider], writeStep).map((stop) => {
        const [first, ...others] = stop.values;
        return first === undefined ? stop : { ...stop, values: [first, { ...first, label: name, colour: colourOf(language), text: write(100 - first.y) }, ...others] };
      }),
    }),
  };
}

function glance(parts: readonly Part[], dominant: string): Table {
  return {
    name: 'figure-3', caption: `At a glance: ${dominant}'s share of the identified inner tokens`,
    columns: ['while it writes', 'first probe (%)', 'last probe (%)', 'identified, least (%)', 'identified, most (%)', 'probes without a value'],
    rows: parts.map(({ name, curve, points }) => {
      const coverages = points.flatMap(({ coverage }) => coverage ?? []).map((coverage) => coverage * 100);
      return [
        name, (curve[0]?.mean ?? 0) * 100, (curve.at(-1)?.mean ?? 0) * 100,
        coverages.length === 0 ? null : Math.min(...coverages), coverages.length === 0 ? null : Math.max(...coverages),
        points.filter(({ value }) => value === null).length,
      ];
    }),
  };
}
