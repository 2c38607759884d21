import * as Plot from '@observablehq/plot';
import { languageName, listed } from '../../formats/language-name.js';
import { curveOver, type CurvePoint } from '../../statistics/curve.js';
import { stagesOf, type Stages } from '../../statistics/stages.js';
import { better, ofLanguage, performanceAxis, performanceScale, reasonFor } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure, PanelGrid, Subject, Table } from '../figure.js';
import { colourOf } from '../palette.js';
import { findings } from '../paper.js';
import { hoverStops, seriesMarks, stepScale, writeStep, type Series } from '../series.js';
import { curveTable } from '../tables.js';
import { metricText, whole } from '../text.js';

const heading = { id: 'figure-1', number: 'Figure 1', title: 'Rise, fall, rest: the three stages', paper: findings.stages } as const;

interface Part { readonly language: string; readonly curve: readonly CurvePoint[]; readonly stages: Stages | null }

/** Every new language over one time axis, and the stages of each below it. */
export function stagesFigure({ measured, window }: Subject): Figure {
  const parts = measured.targets.flatMap((language): Part[] => {
    const points = ofLanguage(measured.acquisition, language);
    const curve = curveOver('step', points);
    return curve.length === 0 ? [] : [{ language, curve, stages: stagesOf(better(points, measured.metric), window) }];
  });
  if (parts.length === 0) return { kind: 'missing', ...heading, reason: reasonFor(measured.acquisition, 'acquisition of a new language') };
  const text = metricText(measured.metric);
  const staged = parts.filter(({ stages }) => stages !== null);
  const without = parts.filter(({ stages }) => stages === null);
  return {
    kind: 'measured',
    ...heading,
    ours: [
      ...(staged.length === 0 ? [] : [`${listed(staged.map(({ language }) => languageName(language)))} pass${staged.length === 1 ? 'es' : ''} through three stages: ${staged.map(({ language, stages }) => `${languageName(language)} peaks at step ${whole((stages as Stages).transition)} and settles from step ${whole((stages as Stages).stabilisation)}`).join('; ')}.`]),
      ...(without.length === 0 ? [] : [`${listed(without.map(({ language }) => languageName(language)))} show${without.length === 1 ? 's' : ''} no three stages: the smoothed curve has no peak inside the run that it falls from and settles after.`]),
    ],
    grids: [curves(parts, { measured, window }), strips(parts)],
    tables: [
      ...parts.map(({ language, curve }) => curveTable(curve, { name: `figure-1-performance-${language}`, caption: `${languageName(language)} ${text.name}`, axis: 'step', quantity: text.name, window })),
      stagesTable(parts),
    ],
    note: 'A stage\'s bounds are change points of the smoothed mean: the transition starts at the peak; stabilisation starts where the curve stays within the error of one evaluation of its final mean.',
  };
}

function curves(parts: readonly Part[], { measured: { metric }, window }: Subject): PanelGrid {
  const scale = performanceScale(metric);
  const series = parts.map(({ language, curve }): Series => ({ curve, label: languageName(language), colour: colourOf(language), window, scale, isPlain: true }));
  const x = stepScale(parts.flatMap(({ curve }) => curve.map((point) => point.x)));
  return {
    columns: 1,
    legend: series.map(({ label, colour }) => ({ label, colour, shape: 'line' })),
    panels: [{
      title: `Performance in the new language, average of ${window} evaluations`,
      picture: draw({
        alt: `${metricText(metric).name} in each new language over training`, columns: 1, x,
        y: performanceAxis(metric, parts.flatMap(({ curve }) => curve.map(({ mean }) => mean * scale))),
        marks: () => series.flatMap(seriesMarks),
        hover: hoverStops(series, writeStep),
      }),
    }],
  };
}

/** A bar a language: dark while it translates, pale in the transition, dark again at rest. */
function strips(parts: readonly Part[]): PanelGrid {
  const x = stepScale(parts.flatMap(({ curve }) => curve.map((point) => point.x)));
  const bars = parts.flatMap(({ language, stages }, index) => (stages === null ? [] : [
    { stage: '1 translation', x1: x.domain[0], x2: stages.transition, opacity: 0.85 },
    { stage: '2 transition', x1: stages.transition, x2: stages.stabilisation, opacity: 0.45 },
    { stage: '3 stabilisation', x1: stages.stabilisation, x2: stages.end, opacity: 0.18 },
  ].map((stage) => ({ ...stage, y1: index + 0.14, y2: index + 0.86, colour: colourOf(language) }))));
  const names = parts.map(({ language, stages }, index) => ({ y: index + 0.5, text: stages === null ? `${languageName(language)}: no three stages` : languageName(language), x: x.domain[0], stages }));
  return {
    columns: 1,
    legend: [
      { label: 'translation', colour: 'color-mix(in srgb, var(--ink) 85%, transparent)', shape: 'band' },
      { label: 'transition', colour: 'color-mix(in srgb, var(--ink) 45%, transparent)', shape: 'band' },
      { label: 'stabilisation', colour: 'color-mix(in srgb, var(--ink) 18%, transparent)', shape: 'band' },
    ],
    panels: [{
      title: 'The stages of each language',
      picture: draw({
        alt: `Stages of ${listed(parts.map(({ language }) => languageName(language)))} over training`, columns: 1, height: 44 * parts.length + 74,
        x, y: { domain: [parts.length, 0], axis: null, grid: false, label: null },
        marks: () => [
          Plot.rect(bars, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', fill: 'colour', fillOpacity: 'opacity', rx: 3, insetLeft: 0.5, insetRight: 0.5 }),
          Plot.text(names.filter(({ stages }) => stages !== null), { x: 'x', y: 'y', text: 'text', textAnchor: 'start', dx: 9, fontWeight: 600, className: 'bar-name' }),
          Plot.text(names.filter(({ stages }) => stages === null), { x: 'x', y: 'y', text: 'text', textAnchor: 'start', dx: 9 }),
        ],
        hover: [],
      }),
    }],
  };
}

function stagesTable(parts: readonly Part[]): Table {
  return {
    name: 'figure-1-stages', caption: 'Where each stage begins (training steps)', columns: ['language', 'translation', 'transition', 'stabilisation', 'end'],
    rows: parts.map(({ language, stages }) => [languageName(language), ...(stages === null ? [null, null, null, null] : [0, stages.transition, stages.stabilisation, stages.end])]),
  };
}
