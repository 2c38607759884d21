import * as Plot from '@observablehq/plot';
import { languageName } from '../../formats/language-name.js';
import { mean } from '../../statistics/average.js';
import { curveOver, type CurvePoint } from '../../statistics/curve.js';
import { spearman } from '../../statistics/rank.js';
import { ofLanguage, reasonFor, shareAxis } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure, Panel, Subject } from '../figure.js';
import { colourOf } from '../palette.js';
import { findings } from '../paper.js';
import { hoverStops, seriesMarks, stepScale, writeStep, type Series } from '../series.js';
import { curveTable } from '../tables.js';

const heading = { id: 'figure-9', number: 'Figure 9 (A.3)', title: 'Does the loss tell what the inner layers tell?', paper: findings.proportion } as const;

interface Pair { readonly step: number; readonly loss: number; readonly working: number }
interface Part { readonly language: string; readonly name: string; readonly loss: readonly CurvePoint[]; readonly working: readonly CurvePoint[]; readonly pairs: readonly Pair[] }

export function proportionFigure({ measured }: Subject): Figure {
  const parts = measured.targets.flatMap((language): Part[] => {
    const loss = curveOver('step', ofLanguage(measured.proportion, language));
    const working = curveOver('step', ofLanguage(measured.workingShare, language));
    return loss.length === 0 || working.length === 0 ? [] : [{ language, name: languageName(language), loss, working, pairs: pairsOf(loss, working) }];
  });
  if (parts.length === 0) {
    const hasLoss = curveOver('step', measured.proportion).length > 0;
    return { kind: 'missing', ...heading, reason: hasLoss ? reasonFor(measured.workingShare, 'working language') : reasonFor(measured.proportion, 'share estimated from the loss') };
  }
  const dominant = languageName(measured.dominantLanguage);
  return {
    kind: 'measured',
    ...heading,
    ours: [],
    shown: [{
      name: 'figure-9', caption: 'At a glance: how far apart the two are, and whether they order the probes alike',
      columns: ['language', 'probes', 'mean gap (points)', 'largest gap (points)', 'rank correlation'],
      rows: parts.map(({ name, pairs }) => {
        const gaps = pairs.map(({ loss, working }) => Math.abs(loss - working) * 100);
        return [name, pairs.length, gaps.length === 0 ? null : mean(gaps), gaps.length === 0 ? null : Math.max(...gaps), spearman(pairs.map(({ loss }) => loss), pairs.map(({ working }) => working))];
      }),
    }],
    grids: [{
      columns: 2,
      legend: [
        { label: 'read off the inner layers (Eq. 1)', colour: colourOf(measured.dominantLanguage), shape: 'line' },
        { label: 'estimated from the loss (Eq. 2)', colour: 'var(--ink)', shape: 'dash' },
        { label: 'right: one against the other, a dot a probe', colour: 'var(--muted)', shape: 'dot' },
      ],
      panels: parts.flatMap((part) => [overTraining(part, dominant, colourOf(measured.dominantLanguage)), scatter(part)]),
    }],
    tables: parts.flatMap(({ language, name, loss, pairs }) => [
      { name: `figure-9-pairs-${language}`, caption: `At each probe, ${name} run`, columns: ['step', 'from the loss', 'from the inner layers'], rows: pairs.map((pair) => [pair.step, pair.loss, pair.working]) },
      curveTable(loss, { name: `figure-9-from-loss-${language}`, caption: `${dominant}'s share from the loss, ${name} run`, axis: 'step', quantity: 'share' }),
    ]),
  };
}

/** The estimate at each probe: that of the nearest drawn step, which the thinned loss curve has close by. */
function pairsOf(loss: readonly CurvePoint[], working: readonly CurvePoint[]): Pair[] {
  const [first, last] = [loss[0], loss.at(-1)];
  if (first === undefined || last === undefined) return [];
  return working.filter(({ x }) => x >= first.x && x <= last.x).map(({ x, mean: share }) => {
    const nearest = loss.reduce((best, point) => (Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best));
    return { step: x, loss: nearest.mean, working: share };
  });
}

function overTraining({ language, name, loss, working, pairs }: Part, dominant: string, dominantColour: string): Panel {
  const x = stepScale(working.map((point) => point.x));
  const write = (value: number) => `${value.toFixed(1)} %`;
  const layers: Series = { curve: working, label: 'inner layers', colour: dominantColour, scale: 100, write };
  const line = loss.filter((point) => point.x <= x.domain[1]).map((point) => ({ x: point.x, y: point.mean * 100 }));
  return {
    title: `${dominant}'s share, ${name} run`,
    colour: colourOf(language),
    picture: draw({
      alt: `Share of ${dominant} estimated from the loss and from the inner layers over training on ${name}`, x, y: shareAxis('Share (%)'),
      marks: () => [...seriesMarks(layers), Plot.line(line, { x: 'x', y: 'y', stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray: '4,3', strokeLinejoin: 'round' })],
      hover: hoverStops([layers], writeStep).map((stop) => {
        const pair = pairs.find(({ step }) => step === stop.x);
        return pair === undefined ? stop : { ...stop, values: [...stop.values, { y: pair.loss * 100, label: 'loss', colour: 'var(--ink)', text: write(pair.loss * 100) }] };
      }),
    }),
  };
}

function scatter({ language, name, pairs }: Part): Panel {
  const dots = pairs.map(({ step, loss, working }) => ({ step, x: loss * 100, y: working * 100 }));
  const byLoss = new Map(dots.map((dot) => [dot.x, dot]));
  return {
    title: 'One against the other',
    colour: colourOf(language),
    picture: draw({
      alt: `${name} run: share from the inner layers against share from the loss; on the diagonal they agree`,
      x: { label: 'From the loss (%)', domain: [0, 100] }, y: shareAxis('From the inner layers (%)'),
      marks: () => [
        Plot.line([[0, 0], [100, 100]], { stroke: 'var(--muted)', strokeDasharray: '5,4' }),
        Plot.dot(dots, { x: 'x', y: 'y', r: 3.6, fill: colourOf(language), fillOpacity: 0.75, stroke: 'var(--surface)' }),
      ],
      hover: [...byLoss.values()].map(({ step, x, y }) => ({ x, title: writeStep(step), values: [
        { y, label: 'inner layers', colour: colourOf(language), text: `${y.toFixed(1)} %` },
        { y: x, label: 'loss', colour: 'var(--muted)', text: `${x.toFixed(1)} %` },
      ] })),
    }),
  };
}
