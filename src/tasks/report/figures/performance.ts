import { ofLanguage, performanceAxis, performanceScale, reasonFor, shareAxis } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure, MeasuredFigure, Panel, Table } from '../figure.js';
import type { Measurements } from '../measurements.js';
import { findings } from '../paper.js';
import { baselineMark, legendOf, seriesMarks, stageMarks, stepScale } from '../series.js';
import { stagesOf } from '../stages.js';
import { curveOver } from '../statistics.js';
import { curveTable } from '../tables.js';
import { languageName, metricText, percent } from '../text.js';
import { better } from '../verdicts.js';
import { estimate } from '../../statistics/interval.js';

const heading = { id: 'figure-2', number: 'Figure 2', title: 'Learning a new language: performance, and how much of it needs the old one', paper: findings.performance } as const;

type Part = Pick<MeasuredFigure, 'panels' | 'tables' | 'ours'>;

export function performanceFigure(measured: Measurements): Figure {
  const parts = measured.targets.flatMap((language) => partOf(measured, language) ?? []);
  if (parts.length === 0) return { kind: 'missing', ...heading, reason: reasonFor(measured.acquisition, 'acquisition') };
  return {
    kind: 'measured',
    ...heading,
    ours: parts.flatMap(({ ours }) => ours),
    panels: parts.flatMap(({ panels }) => panels),
    tables: parts.flatMap(({ tables }) => tables),
    note: 'An answer needs the old language when its model solves the problem and a model trained on the new language alone does not. Without any correct answer the share is undefined and not drawn.',
  };
}

function partOf(measured: Measurements, language: string): Part | null {
  const { metric, window, dominantLanguage } = measured;
  const own = ofLanguage(measured.acquisition, language);
  const performance = curveOver('step', own);
  if (performance.length === 0) return null;
  const [name, dominant, text, scale] = [languageName(language), languageName(dominantLanguage), metricText(metric), performanceScale(metric)];
  const stages = stagesOf(better(own, measured), window);
  const x = stepScale(performance.map((point) => point.x));
  const monolingual = baseline(ofLanguage(measured.monolingual, language));
  const inDominant = baseline(measured.dominant);
  const style = { label: `${name} after ${dominant}`, colour: 'var(--target)', window, scale };
  const values = [...performance.map(({ mean }) => mean), ...[monolingual, inDominant].flatMap((value) => value ?? [])].map((value) => value * scale);
  const baselines = [
    { value: monolingual, colour: 'var(--target)', label: `${name} from scratch` },
    { value: inDominant, colour: 'var(--dominant)', label: `${dominant} model in ${dominant}` },
  ].flatMap(({ value, colour, label }) => (value === null ? [] : [{ value: value * scale, colour, label }]));
  const panels: Panel[] = [{
    title: `${name} performance`,
    legend: [legendOf(style), ...baselines.map(({ colour, label }) => ({ colour, label, shape: 'dash' as const }))],
    ...draw({
      alt: `${name} ${text.name} over training against models of one language`, x, y: performanceAxis(metric, values),
      marks: (canvas) => [
        ...stageMarks(stages, x, canvas),
        ...baselines.flatMap(({ value, colour, label }) => baselineMark(value, colour, label)),
        ...seriesMarks(performance, style),
      ],
    }),
  }];
  const tables: Table[] = [
    curveTable(`figure-2-performance-${language}`, 'step', performance, text.name, window),
    { name: `figure-2-baselines-${language}`, columns: ['model', text.name], rows: [[`${name} from scratch`, monolingual], [`${dominant} model in ${dominant}`, inDominant]] },
  ];

  const points = ofLanguage(measured.requiredShare, language);
  const required = curveOver('step', points);
  if (required.length > 0) {
    const share = { label: `correct ${name} answers that need ${dominant}`, colour: 'var(--third)', window, scale: 100 };
    panels.push({
      title: `Share that needs ${dominant}`,
      legend: [legendOf(share)],
      ...draw({
        alt: `Share of correct ${name} answers that need ${dominant}`, height: 220, x, y: shareAxis('Correct answers (%)'),
        marks: (canvas) => [...stageMarks(stages, x, canvas), ...seriesMarks(required, share)],
      }),
    });
    tables.push(curveTable(`figure-2-required-share-${language}`, 'step', required, 'required share', window));
  }
  const best = better(own, measured).filter(({ value }) => value !== null);
  const highest = Math.max(...curveOver('step', best).map(({ mean }) => mean));
  return {
    panels,
    tables,
    ours: [
      `${name}: the best mean over seeds is ${text.value(Math.abs(highest))}, the last ${text.value(performance.at(-1)?.mean as number)}${monolingual === null ? '' : `; from scratch it is ${text.value(monolingual)}`}.`,
      required.length === 0
        ? `The share that needs ${dominant} was not measured: ${reasonFor(points, 'requiredShare')}.`
        : `The share that needs ${dominant} goes from ${percent(required[0]?.mean as number)} to ${percent(required.at(-1)?.mean as number)}, at most ${percent(Math.max(...required.map(({ mean }) => mean)))}.`,
    ],
  };
}

function baseline(points: readonly { readonly value: number | null }[]): number | null {
  const values = points.flatMap(({ value }) => value ?? []);
  return values.length === 0 ? null : estimate(values).mean;
}
