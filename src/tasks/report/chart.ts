import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { hoverLayer, type HoverStop } from './hover.js';
import { escape } from './html.js';

/** How many charts stand side by side on a wide screen; a phone has one column. */
export type Columns = 1 | 2 | 3;

/** The picture a chart is drawn into, so that it can leave out what would not fit. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
}

export interface ChartOptions {
  /** For people who do not see it. */
  readonly alt: string;
  readonly columns?: Columns;
  /** In place of the usual one. */
  readonly height?: number;
  readonly x: Plot.ScaleOptions;
  readonly y: Plot.ScaleOptions;
  readonly marks: (canvas: Canvas) => Plot.Markish[];
  /** What the pointer reads off. */
  readonly hover: readonly HoverStop[];
}

/** SVG, for a screen and for a phone; `narrow` is null where one picture serves both. */
export interface Drawing {
  readonly wide: string;
  readonly narrow: string | null;
}

/** The frame around the data, in pixels. */
export const margins = { marginLeft: 44, marginRight: 16, marginTop: 31, marginBottom: 40 } as const;

/** Chosen so that a letter is about as large on a phone, where every chart is one column wide, as beside its neighbours. */
const canvases: Readonly<Record<Columns, Canvas>> = { 1: { width: 880, height: 300 }, 2: { width: 420, height: 226 }, 3: { width: 290, height: 208 } };
const phone: Canvas = { width: 360, height: 250 };

export function draw(options: ChartOptions): Drawing {
  const { columns = 2, height } = options;
  const canvas = (of: Canvas) => (height === undefined ? of : { ...of, height });
  return { wide: svg(options, canvas(canvases[columns])), narrow: columns === 1 ? svg(options, canvas(phone)) : null };
}

/** What we use of Plot's SVG element; the project compiles without the browser's types. */
interface Chart {
  readonly outerHTML: string;
  removeAttribute(name: string): void;
  querySelector(selector: string): { remove(): void } | null;
  scale(name: 'x' | 'y'): { apply(value: number): number } | undefined;
}

/** Colours are CSS variables of the page, so one picture serves light, dark and print. */
function svg({ alt, x, y, marks, hover }: ChartOptions, canvas: Canvas): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const chart: Chart = Plot.plot({
    document,
    className: 'chart',
    ...canvas,
    ...margins,
    x: { labelAnchor: 'center', labelArrow: 'none', tickSize: 0, tickPadding: 8, ticks: Math.floor(canvas.width / 80), ...x, ...(x.type === 'sqrt' ? { ticks: squareRootTicks(x.domain as [number, number], canvas) } : {}) },
    y: { labelArrow: 'none', tickSize: 0, tickPadding: 6, grid: true, ticks: canvas.width < 300 ? 4 : 5, ...y },
    marks: marks(canvas),
  });
  // The page's style sheet says this once for all charts.
  chart.querySelector('style')?.remove();
  for (const attribute of ['font-family', 'font-size', 'height', 'width', 'fill', 'text-anchor']) chart.removeAttribute(attribute);
  const [toX, toY] = [chart.scale('x'), chart.scale('y')];
  const layer = toX === undefined || toY === undefined ? '' : hoverLayer(hover, (value) => toX.apply(value), (value) => toY.apply(value), canvas, margins);
  // Plot names its groups for readers of the source, where a screen reader's name is not allowed; the picture has one name.
  return chart.outerHTML.replaceAll(' aria-label="', ' data-mark="')
    .replace('<svg ', `<svg role="img" aria-label="${escape(alt)}" `)
    .replace(/<\/svg>$/, `${layer}</svg>`);
}

/** Room for a tick's letters, in pixels. */
const tickRoom = 46;

/** Round numbers a fixed step apart crowd together at the end of a square-root scale: those without room are left out. */
function squareRootTicks([first, last]: readonly [number, number], { width }: Canvas): number[] {
  const inner = width - margins.marginLeft - margins.marginRight;
  const pixel = (value: number) => (Math.sqrt(value) - Math.sqrt(first)) / (Math.sqrt(last) - Math.sqrt(first)) * inner;
  const magnitude = 10 ** Math.floor(Math.log10(last / 5));
  const step = [10, 5, 2, 1].map((factor) => factor * magnitude).find((size) => last / size >= 5) ?? magnitude;
  const ticks: number[] = [];
  for (let value = Math.ceil(first / step) * step; value <= last; value += step) {
    const previous = ticks.at(-1);
    if (previous === undefined || pixel(value) - pixel(previous) >= tickRoom) ticks.push(value);
  }
  return ticks;
}
