import { ofLanguage, reasonFor, shareAxis } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure } from '../figure.js';
import type { Measurements, WorkingPoint } from '../measurements.js';
import { findings } from '../paper.js';
import { legendOf, seriesMarks, stageMarks, stepScale } from '../series.js';
import { stagesOf } from '../stages.js';
import { curveOver } from '../statistics.js';
import { curveTable } from '../tables.js';
import { languageName, percent } from '../text.js';
import { better } from '../verdicts.js';

const heading = { id: 'figure-3', number: 'Figure 3', title: 'Which language the inner layers speak', paper: findings.workingLanguage } as const;

export function workingLanguageFigure(measured: Measurements): Figure {
  const parts = measured.targets.flatMap((language) => {
    const points = ofLanguage(measured.workingShare, language);
    const curve = curveOver('step', points);
    return curve.length === 0 ? [] : [{ language, points, curve }];
  });
  if (parts.length === 0) return { kind: 'missing', ...heading, reason: reasonFor(measured.workingShare, 'workingLanguage') };
  const dominant = languageName(measured.dominantLanguage);
  return {
    kind: 'measured',
    ...heading,
    ours: parts.map(({ language, curve, points }) => {
      const [first, last] = [curve[0], curve.at(-1)] as [typeof curve[number], typeof curve[number]];
      return `${languageName(language)}: ${dominant} has ${percent(first.mean)} of the identified tokens at the first probe and ${percent(last.mean)} at the last; ${coverageText(points)}.`;
    }),
    panels: parts.map(({ language, curve }) => {
      const name = languageName(language);
      const stages = stagesOf(better(ofLanguage(measured.acquisition, language), measured), measured.window);
      const x = stepScale(curve.map((point) => point.x));
      const inverse = curve.map((point) => ({ ...point, mean: 1 - point.mean, seeds: point.seeds.map(({ seed, value }) => ({ seed, value: 1 - value })) }));
      const own = { label: name, colour: 'var(--target)', scale: 100 };
      const old = { label: dominant, colour: 'var(--dominant)', scale: 100 };
      return {
        title: `While it writes ${name}`,
        legend: [legendOf(old), legendOf(own)],
        ...draw({
          alt: `Shares of ${dominant} and ${name} among the identified inner tokens`, x, y: shareAxis('Identified inner tokens (%)'),
          marks: (canvas) => [...stageMarks(stages, x, canvas), ...seriesMarks(curve, old), ...seriesMarks(inverse, own)],
        }),
      };
    }),
    tables: parts.map(({ language, curve, points }) => {
      const table = curveTable(`figure-3-working-language-${language}`, 'step', curve, `${measured.dominantLanguage} share`);
      const coverage = new Map(curveOver('step', points.map((point) => ({ ...point, value: point.coverage }))).map(({ x, mean }) => [x, mean]));
      return { ...table, columns: [...table.columns, 'coverage'], rows: table.rows.map((row) => [...row, coverage.get(row[0] as number) ?? null]) };
    }),
    note: 'Read off with the logit lens where an identifier of the new language is due, all but the last layers. Coverage is the part of the tokens that belongs to either language; the rest enters no share (Eq. 1).',
  };
}

function coverageText(points: readonly WorkingPoint[]): string {
  const coverages = points.flatMap(({ coverage }) => coverage ?? []);
  const unknown = points.filter(({ value }) => value === null).length;
  const identified = coverages.length === 0 ? 'the coverage is not known' : `between ${percent(Math.min(...coverages))} and ${percent(Math.max(...coverages))} of all inner tokens could be identified`;
  return unknown === 0 ? identified : `${identified}, none at ${unknown} of ${points.length} probes`;
}
