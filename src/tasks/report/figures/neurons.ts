import { ofLanguage, reasonFor } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure } from '../figure.js';
import type { Measurements, NeuronPoint } from '../measurements.js';
import { findings } from '../paper.js';
import { legendOf, seriesMarks, stageMarks, stepScale } from '../series.js';
import { stagesOf } from '../stages.js';
import { curveOver, type CurvePoint } from '../statistics.js';
import { curveTable } from '../tables.js';
import { languageName, whole } from '../text.js';
import { better } from '../verdicts.js';

const heading = { id: 'figure-4', number: 'Figure 4', title: 'Neurons that translate', paper: findings.neurons } as const;

export function neuronsFigure(measured: Measurements): Figure {
  const parts = measured.targets.flatMap((language) => {
    const points = ofLanguage(measured.neurons, language);
    const own = curveOver('step', points);
    return own.length === 0 ? [] : [{ language, name: languageName(language), own, dominant: curveWith(points, 'dominant'), frozen: curveWith(points, 'frozen'), overlap: curveWith(points, 'overlap') }];
  });
  if (parts.length === 0) return { kind: 'missing', ...heading, reason: reasonFor(measured.neurons, 'lape') };
  const dominantName = languageName(measured.dominantLanguage);
  return {
    kind: 'measured',
    ...heading,
    ours: parts.map(({ name, own, frozen }) => `${name}: ${ends(own)}${frozen.length === 0 ? '' : `; with the cuts of the first checkpoint, ${ends(frozen)}`}.`),
    panels: parts.map(({ language, name, own, dominant, frozen }) => {
      const x = stepScale(own.map((point) => point.x));
      const stages = stagesOf(better(ofLanguage(measured.acquisition, language), measured), measured.window);
      const count = (value: number) => whole(value);
      const series = [
        { curve: dominant, style: { label: dominantName, colour: 'var(--dominant)', write: count } },
        { curve: frozen, style: { label: `${name}, cuts of the first checkpoint`, colour: 'var(--third)', isDashed: true, write: count } },
        { curve: own, style: { label: name, colour: 'var(--target)', write: count } },
      ].filter(({ curve }) => curve.length > 0);
      const most = Math.max(1, ...series.flatMap(({ curve }) => curve.map(({ mean }) => mean)));
      return {
        title: `Transferring neurons, ${name} run`,
        legend: series.map(({ style }) => legendOf(style)).reverse(),
        ...draw({
          alt: `Number of language transferring neurons for ${name} and ${dominantName} over training`, x,
          y: { label: 'Neurons', domain: [0, most * 1.08], nice: true },
          marks: (canvas) => [...stageMarks(stages, x, canvas), ...series.flatMap(({ curve, style }) => seriesMarks(curve, style))],
        }),
      };
    }),
    tables: parts.map(({ language, own, dominant, frozen, overlap }) => {
      const table = curveTable(`figure-4-neurons-${language}`, 'step', own, `${language} neurons`);
      const at = (curve: readonly CurvePoint[], step: number) => curve.find(({ x }) => x === step)?.mean ?? null;
      return {
        ...table,
        columns: [...table.columns, `${measured.dominantLanguage} neurons`, 'in both', 'cuts of the first checkpoint'],
        rows: table.rows.map((row) => [...row, ...[dominant, overlap, frozen].map((curve) => at(curve, row[0] as number))]),
      };
    }),
    note: 'The total is fixed at a share of all neurons, so one language\'s number can fall only as another\'s, or the overlap, rises; with the cuts frozen at the first checkpoint the total may change.',
  };
}

function curveWith(points: readonly NeuronPoint[], count: 'dominant' | 'overlap' | 'frozen'): CurvePoint[] {
  return curveOver('step', points.map((point) => ({ ...point, value: point[count] })));
}

function ends(curve: readonly CurvePoint[]): string {
  const [first, last] = [curve[0], curve.at(-1)] as [CurvePoint, CurvePoint];
  return `${whole(first.mean)} neurons at step ${whole(first.x)}, ${whole(last.mean)} at step ${whole(last.x)}`;
}
