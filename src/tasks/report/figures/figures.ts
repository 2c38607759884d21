import type { Figure, Subject } from '../figure.js';
import { budgetFigure } from './budget.js';
import { corpusTable } from './corpus.js';
import { dominantFigure } from './dominant.js';
import { exposureControls } from './exposure-controls.js';
import { neuronsFigure } from './neurons.js';
import { nullControls } from './null-controls.js';
import { performanceFigure } from './performance.js';
import { meanFigure, targetFigure } from './predicted.js';
import { proportionFigure } from './proportion.js';
import { scratchTable } from './scratch.js';
import { stagesFigure } from './stages.js';
import { workingLanguageFigure } from './working-language.js';

/** Every figure and table of the report in the order in which the paper prints them, then the controls that it has not. */
export function figuresOf(subject: Subject): Figure[] {
  return [
    stagesFigure, corpusTable, performanceFigure, workingLanguageFigure, neuronsFigure, budgetFigure,
    meanFigure, targetFigure, scratchTable, dominantFigure, proportionFigure, exposureControls, nullControls,
  ].map((figure) => figure(subject));
}
