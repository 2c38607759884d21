import type { Point } from '../../collect-measurements/measurements.js';
import { languageName } from '../../formats/language-name.js';
import { curveOver } from '../../statistics/curve.js';
import { performanceAxis, performanceScale, shareAxis } from '../axes.js';
import { draw, type ChartOptions } from '../chart.js';
import type { Figure, Panel, Subject } from '../figure.js';
import { colourOf } from '../palette.js';
import { hoverStops, seriesMarks, stepScale, writeStep, type Series } from '../series.js';
import { curveTable } from '../tables.js';
import { metricText } from '../text.js';

const heading = {
  id: 'null-controls', number: 'Control', title: 'Where nothing should happen', besideTitle: 'To be expected',
  paper: 'A second language that is Python under another name has no fall to come. A language in which the same words mean something else can borrow nothing. A model that starts from random weights has no Python to translate from. A probe that shows the effect all the same measures something else (methods 8).',
} as const;

interface Control {
  readonly name: string;
  readonly title: string;
  readonly quantity: string;
  readonly points: readonly Point[];
  readonly colour: string;
  readonly scale: number;
  readonly window: number;
  readonly y: (values: readonly number[]) => ChartOptions['y'];
}

export function nullControls(subject: Subject): Figure {
  const controls = controlsOf(subject).filter(({ points }) => curveOver('step', points).length > 0);
  if (controls.length === 0) return { kind: 'missing', ...heading, reason: 'this run has no null control with a value' };
  return {
    kind: 'measured',
    ...heading,
    ours: [],
    grids: [{ columns: 3, legend: [{ label: 'mean over seeds, band: one standard error', colour: 'var(--ink)', shape: 'line' }], panels: controls.map(panelOf) }],
    tables: controls.map(({ name, title, quantity, points, window }) => curveTable(curveOver('step', points), { name: `null-control-${name}`, caption: title, axis: 'step', quantity, window })),
  };
}

function controlsOf({ measured, window }: Subject): Control[] {
  const dominant = languageName(measured.dominantLanguage);
  const colour = colourOf(measured.dominantLanguage);
  const starts = [...new Set(measured.randomStart.map(({ language }) => language))];
  return [
    {
      name: 'identical', title: `${dominant} under another name`, quantity: metricText(measured.metric).name, points: measured.identical, colour,
      scale: performanceScale(measured.metric), window, y: (values) => performanceAxis(measured.metric, values),
    },
    { name: 'unrelated', title: 'Same words, other meanings', quantity: 'required share', points: measured.unrelated, colour: 'var(--other)', scale: 100, window, y: () => shareAxis(`Needs ${dominant} (%)`) },
    ...starts.map((language): Control => ({
      name: `random-start-${language}`, title: `${languageName(language)} from random weights`, quantity: `${dominant} share`, points: measured.randomStart.filter((point) => point.language === language),
      colour: colourOf(language), scale: 100, window: 1, y: () => shareAxis(`${dominant} inside (%)`),
    })),
  ];
}

function panelOf({ title, quantity, points, colour, scale, window, y }: Control): Panel {
  const curve = curveOver('step', points);
  const series: Series = { curve, label: quantity, colour, scale, window };
  const x = stepScale(curve.map((point) => point.x));
  return {
    title,
    colour,
    picture: draw({
      alt: `${title}: ${quantity} over training`, columns: 3, x: { ...x, label: x.type === 'sqrt' ? 'Step (square-root scale)' : 'Step' },
      y: y(curve.map(({ mean }) => mean * scale)), marks: () => seriesMarks(series), hover: hoverStops([series], writeStep),
    }),
  };
}
