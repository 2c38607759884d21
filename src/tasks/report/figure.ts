import type { Measurements } from '../collect-measurements/measurements.js';
import type { Cell } from '../formats/csv.js';
import type { Columns, Drawing } from './chart.js';

/** The numbers behind a picture: a CSV file, and a table in the page. */
export interface Table {
  /** File name without `.csv`. */
  readonly name: string;
  /** What a reader is told it is. */
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface LegendEntry {
  readonly label: string;
  /** A CSS variable of the page's style. */
  readonly colour: string;
  readonly shape: 'line' | 'dash' | 'dot' | 'band' | 'ring';
}

export interface Panel {
  readonly title: string;
  /** Of the language that the panel is about. */
  readonly colour?: string;
  /** Or why there is none where its neighbours have one. */
  readonly picture: Drawing | { readonly missing: string };
}

/** Pictures that are read together: small multiples with one legend. */
export interface PanelGrid {
  /** `(a)` and what it shows; absent where the section's title says it. */
  readonly title?: string;
  readonly columns: Columns;
  readonly legend: readonly LegendEntry[];
  readonly panels: readonly Panel[];
}

interface Heading {
  /** `figure-2`; anchors, the claims' references and file names come from it. */
  readonly id: string;
  /** `Figure 2` */
  readonly number: string;
  readonly title: string;
  /** What the paper reports, in our words, with its section; of a control, what is to be expected. */
  readonly paper: string;
  readonly besideTitle?: string;
}

export interface MeasuredFigure extends Heading {
  readonly kind: 'measured';
  /** What this run shows, in sentences computed from its numbers. */
  readonly ours: readonly string[];
  readonly grids: readonly PanelGrid[];
  /** Shown open: for sections that are tables, and a line a language. */
  readonly shown?: readonly Table[];
  /** Folded away. */
  readonly tables: readonly Table[];
  /** What the folded tables are; by default the numbers behind the pictures. */
  readonly tablesTitle?: string;
  readonly note?: string;
}

interface MissingFigure extends Heading {
  readonly kind: 'missing';
  readonly reason: string;
}

export type Figure = MeasuredFigure | MissingFigure;

/** What a figure is drawn from: the measurements, and how many evaluations are averaged. */
export interface Subject {
  readonly measured: Measurements;
  /** Evaluations in the moving average, and in a final value (4.1.1). */
  readonly window: number;
}
