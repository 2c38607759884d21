import type { Cell } from '../formats/csv.js';

/** The numbers behind a picture: a CSV file, and a table in the page. */
export interface Table {
  /** File name without `.csv`. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface LegendEntry {
  readonly label: string;
  /** A CSS variable of the page's style. */
  readonly colour: string;
  readonly shape: 'line' | 'dash' | 'dot' | 'band';
}

export interface Panel {
  readonly title: string;
  readonly legend: readonly LegendEntry[];
  /** SVG, for a screen and for a phone. */
  readonly wide: string;
  readonly narrow: string;
}

interface Heading {
  /** `figure-2`; anchors and file names come from it. */
  readonly id: string;
  /** `Figure 2` */
  readonly number: string;
  readonly title: string;
  /** What the paper reports, in our words, with its section. */
  readonly paper: string;
}

export interface MeasuredFigure extends Heading {
  readonly kind: 'measured';
  /** What this run shows, in sentences computed from its numbers. */
  readonly ours: readonly string[];
  readonly panels: readonly Panel[];
  /** Shown open, for the sections that are tables. */
  readonly shown?: readonly Table[];
  /** Folded away. */
  readonly tables: readonly Table[];
  /** What the folded tables are; by default the numbers behind the pictures. */
  readonly tablesTitle?: string;
  readonly note?: string;
}

export interface MissingFigure extends Heading {
  readonly kind: 'missing';
  readonly reason: string;
}

export type Figure = MeasuredFigure | MissingFigure;
