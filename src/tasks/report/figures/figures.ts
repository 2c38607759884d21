import type { Figure } from '../figure.js';
import type { Measurements } from '../measurements.js';
import { budgetFigure } from './budget.js';
import { corpusTable } from './corpus.js';
import { dominantFigure } from './dominant.js';
import { neuronsFigure } from './neurons.js';
import { performanceFigure } from './performance.js';
import { predictedFigure } from './predicted.js';
import { proportionFigure } from './proportion.js';
import { scratchTable } from './scratch.js';
import { stagesFigure } from './stages.js';
import { workingLanguageFigure } from './working-language.js';

/** Every figure and table of the report, in the order of the paper's argument. */
export function figuresOf(measured: Measurements): Figure[] {
  return [
    stagesFigure, corpusTable, performanceFigure, workingLanguageFigure, neuronsFigure,
    budgetFigure, predictedFigure, scratchTable, dominantFigure, proportionFigure,
  ].map((figure) => figure(measured));
}
