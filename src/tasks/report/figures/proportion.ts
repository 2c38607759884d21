import * as Plot from '@observablehq/plot';
import { mean } from '../../statistics/average.js';
import { spearman } from '../../statistics/rank.js';
import { ofLanguage, reasonFor, shareAxis } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure, Panel } from '../figure.js';
import type { Measurements } from '../measurements.js';
import { findings } from '../paper.js';
import { legendOf, seriesMarks, stepScale } from '../series.js';
import { curveOver, type CurvePoint } from '../statistics.js';
import { curveTable } from '../tables.js';
import { decimal, languageName, points } from '../text.js';

const heading = { id: 'figure-9', number: 'Figure 9', title: 'Does the loss tell what the inner layers tell?', paper: findings.proportion } as const;

export function proportionFigure(measured: Measurements): Figure {
  const parts = measured.targets.flatMap((language) => {
    const loss = curveOver('step', ofLanguage(measured.proportion, language));
    const working = curveOver('step', ofLanguage(measured.workingShare, language));
    return loss.length === 0 || working.length === 0 ? [] : [{ language, loss, working, pairs: pairsOf(loss, working) }];
  });
  if (parts.length === 0) {
    const reason = curveOver('step', measured.proportion).length === 0 ? reasonFor(measured.proportion, 'proportion') : reasonFor(measured.workingShare, 'workingLanguage');
    return { kind: 'missing', ...heading, reason };
  }
  const dominant = languageName(measured.dominantLanguage);
  return {
    kind: 'measured',
    ...heading,
    ours: parts.map(({ language, pairs }) => {
      const rank = spearman(pairs.map(({ loss }) => loss), pairs.map(({ working }) => working));
      const gap = mean(pairs.map(({ loss, working }) => Math.abs(loss - working)));
      if (pairs.length === 0) return `${languageName(language)}: no probe lies within the steps of the loss.`;
      return `${languageName(language)}: over ${pairs.length} probes the two differ by ${points(gap)} on average; rank correlation ${rank === null ? 'undefined' : decimal(rank, 2)}.`;
    }),
    panels: parts.flatMap(({ language, loss, working, pairs }): Panel[] => {
      const x = stepScale(working.map((point) => point.x));
      const fromLoss = { label: 'estimated from the loss (Eq. 2)', colour: 'var(--third)', scale: 100 };
      const fromLayers = { label: 'read off the inner layers (Eq. 1)', colour: 'var(--dominant)', scale: 100 };
      const shown = loss.filter((point) => point.x <= x.domain[1]);
      return [
        {
          title: `${dominant}'s share over training, ${languageName(language)} run`,
          legend: [legendOf(fromLoss), legendOf(fromLayers)],
          ...draw({
            alt: `Share of ${dominant} estimated from loss and from inner layers`, x, y: shareAxis(`${dominant}'s share (%)`),
            marks: () => [lossLine(shown, fromLoss.colour), ...seriesMarks(working, fromLayers)],
          }),
        },
        scatter(pairs, dominant),
      ];
    }),
    tables: parts.flatMap(({ language, loss, pairs }) => [
      { name: `figure-9-pairs-${language}`, columns: ['step', 'from the loss', 'from the inner layers'], rows: pairs.map((pair) => [pair.step, pair.loss, pair.working]) },
      curveTable(`figure-9-from-loss-${language}`, 'step', loss, 'proportion'),
    ]),
  };
}

/** The estimate at each probe: that of the nearest drawn step, which the thinned loss curve has close by. */
function pairsOf(loss: readonly CurvePoint[], working: readonly CurvePoint[]): { step: number; loss: number; working: number }[] {
  const [first, last] = [loss[0], loss.at(-1)];
  if (first === undefined || last === undefined) return [];
  return working.filter(({ x }) => x >= first.x && x <= last.x).map(({ x, mean: share }) => {
    const nearest = loss.reduce((best, point) => (Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best));
    return { step: x, loss: nearest.mean, working: share };
  });
}

function lossLine(curve: readonly CurvePoint[], colour: string): Plot.Markish {
  return Plot.line(curve.map(({ x, mean: share }) => ({ x, y: share * 100 })), { x: 'x', y: 'y', stroke: colour, strokeWidth: 1.8, strokeLinejoin: 'round' });
}

function scatter(pairs: readonly { step: number; loss: number; working: number }[], dominant: string): Panel {
  const dots = pairs.map(({ step, loss, working }) => ({ step, x: loss * 100, y: working * 100 }));
  return {
    title: 'One against the other',
    legend: [{ label: 'a probe', colour: 'var(--dominant)', shape: 'dot' }, { label: 'equal', colour: 'var(--muted)', shape: 'dash' }],
    ...draw({
      alt: 'Share from the inner layers against share from the loss', height: 300,
      x: { label: 'From the loss (%)', domain: [0, 100] }, y: shareAxis('From the inner layers (%)'),
      marks: () => [
        Plot.line([[0, 0], [100, 100]], { stroke: 'var(--muted)', strokeDasharray: '5,4' }),
        Plot.dot(dots, { x: 'x', y: 'y', r: 4, fill: 'var(--dominant)', fillOpacity: 0.75, stroke: 'var(--surface)', title: ({ step }: typeof dots[number]) => `step ${step}, ${dominant}` }),
      ],
    }),
  };
}
