import { languageName } from '../../formats/language-name.js';
import { curveOver, type CurvePoint } from '../../statistics/curve.js';
import { stagesOf } from '../../statistics/stages.js';
import { better, ofLanguage, performanceAxis, performanceScale, reasonFor } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure, Panel, Subject } from '../figure.js';
import { colourOf } from '../palette.js';
import { findings } from '../paper.js';
import { hoverStops, seriesMarks, stageMarks, stepScale, writeStep, type Series } from '../series.js';
import { curveTable } from '../tables.js';
import { metricText } from '../text.js';

const heading = { id: 'figure-8', number: 'Figure 8 (A.2)', title: 'What the old language loses', paper: findings.dominant } as const;

interface Part { readonly language: string; readonly name: string; readonly curve: readonly CurvePoint[] }

export function dominantFigure(subject: Subject): Figure {
  const { measured, window } = subject;
  const parts = measured.targets.map((language): Part => ({ language, name: languageName(language), curve: curveOver('step', ofLanguage(measured.acquisitionDominant, language)) }));
  const drawn = parts.filter(({ curve }) => curve.length > 0);
  const dominant = languageName(measured.dominantLanguage);
  if (drawn.length === 0) return { kind: 'missing', ...heading, reason: reasonFor(measured.acquisitionDominant, `performance in ${dominant} during the acquisition`) };
  const text = metricText(measured.metric);
  const scale = performanceScale(measured.metric);
  const unit = measured.metric === 'passRate' ? '(%)' : '(bits per byte)';
  return {
    kind: 'measured',
    ...heading,
    ours: [],
    shown: [{
      name: 'figure-8', caption: `At a glance: ${dominant}, means over seeds`, columns: ['while it learns', `first ${unit}`, `last ${unit}`, `change ${unit}`],
      rows: drawn.map(({ name, curve }) => {
        const [first, last] = [curve[0]?.mean ?? 0, curve.at(-1)?.mean ?? 0];
        return [name, first * scale, last * scale, (last - first) * scale];
      }),
    }],
    grids: [{
      columns: 2,
      legend: [{ label: `${dominant}, average of ${window} evaluations, band: one standard error over seeds`, colour: colourOf(measured.dominantLanguage), shape: 'line' }],
      panels: parts.map((part) => panelOf(part, parts, subject)),
    }],
    tables: drawn.map(({ language, name, curve }) => curveTable(curve, { name: `figure-8-${measured.dominantLanguage}-during-${language}`, caption: `${dominant} while it learns ${name}`, axis: 'step', quantity: text.name, window })),
    note: 'Shaded ground: the stages of the new language (Figure 1).',
  };
}

function panelOf({ language, name, curve }: Part, parts: readonly Part[], { measured, window }: Subject): Panel {
  const dominant = languageName(measured.dominantLanguage);
  const title = `${dominant} while it learns ${name}`;
  if (curve.length === 0) return { title, colour: colourOf(language), picture: { missing: reasonFor(ofLanguage(measured.acquisitionDominant, language), `${dominant} evaluations`) } };
  const x = stepScale(curve.map((point) => point.x));
  const scale = performanceScale(measured.metric);
  const stages = stagesOf(better(ofLanguage(measured.acquisition, language), measured.metric), window);
  const series: Series = { curve, label: dominant, colour: colourOf(measured.dominantLanguage), window, scale };
  return {
    title,
    colour: colourOf(language),
    picture: draw({
      alt: `${dominant} ${metricText(measured.metric).name} over training on ${name}`, x,
      y: performanceAxis(measured.metric, parts.flatMap((part) => part.curve.map(({ mean }) => mean * scale))),
      marks: (canvas) => [...stageMarks(stages, x, canvas), ...seriesMarks(series)],
      hover: hoverStops([series], writeStep),
    }),
  };
}
