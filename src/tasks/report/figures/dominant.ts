import { ofLanguage, performanceAxis, performanceScale, reasonFor } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure } from '../figure.js';
import type { Measurements } from '../measurements.js';
import { findings } from '../paper.js';
import { legendOf, seriesMarks, stageMarks, stepScale } from '../series.js';
import { stagesOf } from '../stages.js';
import { curveOver, fall } from '../statistics.js';
import { curveTable } from '../tables.js';
import { languageName, metricText, whole, withInterval } from '../text.js';
import { better } from '../verdicts.js';

const heading = { id: 'figure-8', number: 'Figure 8', title: 'What the old language loses', paper: findings.dominant } as const;

export function dominantFigure(measured: Measurements): Figure {
  const { metric, window } = measured;
  const parts = measured.targets.flatMap((language) => {
    const points = ofLanguage(measured.acquisitionDominant, language);
    const curve = curveOver('step', points);
    return curve.length === 0 ? [] : [{ language, points, curve }];
  });
  if (parts.length === 0) return { kind: 'missing', ...heading, reason: reasonFor(measured.acquisitionDominant, 'acquisitionDominant') };
  const [dominant, text, scale] = [languageName(measured.dominantLanguage), metricText(metric), performanceScale(metric)];
  return {
    kind: 'measured',
    ...heading,
    ours: parts.map(({ language, points, curve }) => {
      const [first, last] = [curve[0], curve.at(-1)] as [typeof curve[number], typeof curve[number]];
      const loss = fall(better(points, measured), first.x, window);
      const change = loss === null ? '' : `; from the first evaluation to the last ${window}, a loss of ${withInterval(loss.fall, text.difference)}`;
      return `While it learns ${languageName(language)}, ${dominant} goes from ${text.value(first.mean)} at step ${whole(first.x)} to ${text.value(last.mean)} at step ${whole(last.x)}${change}.`;
    }),
    panels: parts.map(({ language, curve }) => {
      const x = stepScale(curve.map((point) => point.x));
      const stages = stagesOf(better(ofLanguage(measured.acquisition, language), measured), window);
      const style = { label: `${dominant}, average of ${window} evaluations`, colour: 'var(--dominant)', window, scale };
      return {
        title: `${dominant} while learning ${languageName(language)}`,
        legend: [legendOf(style)],
        ...draw({
          alt: `${dominant} ${text.name} over training on ${languageName(language)}`, height: 240, x,
          y: performanceAxis(metric, curve.map(({ mean }) => mean * scale)),
          marks: (canvas) => [...stageMarks(stages, x, canvas), ...seriesMarks(curve, style)],
        }),
      };
    }),
    tables: parts.map(({ language, curve }) => curveTable(`figure-8-${measured.dominantLanguage}-during-${language}`, 'step', curve, text.name, window)),
  };
}
