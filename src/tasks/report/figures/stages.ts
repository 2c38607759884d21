import { ofLanguage, performanceAxis, performanceScale, reasonFor, shareAxis } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure, MeasuredFigure, Panel, Table } from '../figure.js';
import type { Measurements } from '../measurements.js';
import { findings } from '../paper.js';
import { legendOf, seriesMarks, stageMarks, stepScale } from '../series.js';
import { stagesOf, type Stages } from '../stages.js';
import { curveOver } from '../statistics.js';
import { curveTable } from '../tables.js';
import { languageName, metricText, percent, whole } from '../text.js';
import { better } from '../verdicts.js';

const heading = { id: 'figure-1', number: 'Figure 1', title: 'The tower in miniature: three stages', paper: findings.stages } as const;

/** Performance and the working language over one time axis, on the ground of the three stages. */
export function stagesFigure(measured: Measurements): Figure {
  const parts = measured.targets.flatMap((language) => partOf(measured, language) ?? []);
  if (parts.length === 0) return { kind: 'missing', ...heading, reason: reasonFor(measured.acquisition, 'acquisition') };
  return {
    kind: 'measured',
    ...heading,
    ours: parts.map(({ sentence }) => sentence),
    panels: parts.flatMap(({ panels }) => panels),
    tables: parts.flatMap(({ tables }) => tables),
    note: 'The ground shows the stages: 1 translation, 2 transition, 3 stabilisation. The transition starts at the highest smoothed performance; stabilisation starts where it stays within the error of one evaluation of its final mean.',
  };
}

type Part = Pick<MeasuredFigure, 'panels' | 'tables'> & { readonly sentence: string };

function partOf(measured: Measurements, language: string): Part | null {
  const { metric, window, dominantLanguage } = measured;
  const own = ofLanguage(measured.acquisition, language);
  const performance = curveOver('step', own);
  if (performance.length === 0) return null;
  const working = curveOver('step', ofLanguage(measured.workingShare, language));
  const name = languageName(language);
  const stages = stagesOf(better(own, measured), window);
  const x = stepScale([...performance, ...working].map((point) => point.x));
  const scale = performanceScale(metric);
  const upper = { label: `${name}, average of ${window} evaluations`, colour: 'var(--target)', window, scale };
  const panels: Panel[] = [{
    title: `${name} performance`,
    legend: [legendOf(upper)],
    ...draw({
      alt: `${name} ${metricText(metric).name} over training, with the three stages`, height: 220, x,
      y: performanceAxis(metric, performance.map(({ mean }) => mean * scale)),
      marks: (canvas) => [...stageMarks(stages, x, canvas), ...seriesMarks(performance, upper)],
    }),
  }];
  const tables: Table[] = [curveTable(`figure-1-performance-${language}`, 'step', performance, metricText(metric).name, window)];
  if (working.length > 0) {
    const lower = { label: `${languageName(dominantLanguage)} inside, while it writes ${name}`, colour: 'var(--dominant)', scale: 100 };
    panels.push({
      title: 'Working language',
      legend: [legendOf(lower)],
      ...draw({
        alt: `Share of ${languageName(dominantLanguage)} as working language over training`, height: 200, x, y: shareAxis('Inner tokens (%)'),
        marks: (canvas) => [...stageMarks(stages, x, canvas), ...seriesMarks(working, lower)],
      }),
    });
    tables.push(curveTable(`figure-1-working-language-${language}`, 'step', working, 'working share'));
  }
  const shares = working.length === 0 ? '' : ` ${languageName(dominantLanguage)} is ${percent(working[0]?.mean as number)} of the inner tokens at step ${whole(working[0]?.x as number)} and ${percent(working.at(-1)?.mean as number)} at step ${whole(working.at(-1)?.x as number)}.`;
  return { panels, tables, sentence: `${stagesSentence(name, stages)}${shares}` };
}

function stagesSentence(name: string, stages: Stages | null): string {
  if (stages === null) return `${name}: no three stages: the smoothed curve has no peak inside the run that it falls from and settles after.`;
  return `${name}: translation until step ${whole(stages.transition)}, transition until step ${whole(stages.stabilisation)}, stabilisation until step ${whole(stages.end)}.`;
}
