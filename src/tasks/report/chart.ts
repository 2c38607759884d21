import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** The picture a chart is drawn into, so that it can leave out what would not fit. */
export interface Canvas {
  readonly width: number;
  readonly isNarrow: boolean;
}

export interface ChartOptions {
  /** For people who do not see it. */
  readonly alt: string;
  readonly height?: number;
  readonly x: Plot.ScaleOptions;
  readonly y: Plot.ScaleOptions;
  readonly marks: (canvas: Canvas) => Plot.Markish[];
}

/** The frame around the data, in pixels. */
export const margins = { marginLeft: 46, marginRight: 18, marginTop: 32, marginBottom: 44 } as const;

/** Drawn twice, because scaling a picture down to a phone scales its letters down too. */
const canvases = { wide: { width: 700, isNarrow: false }, narrow: { width: 350, isNarrow: true } } as const;

export function draw(options: ChartOptions): { wide: string; narrow: string } {
  return { wide: svg(options, canvases.wide), narrow: svg(options, canvases.narrow) };
}

/** What we use of an SVG element; the project compiles without the browser's types. */
interface SvgElement {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelector(selector: string): { remove(): void } | null;
}

/** Colours are CSS variables of the page, so one picture serves light, dark and print. */
function svg({ alt, height = 290, x, y, marks }: ChartOptions, canvas: Canvas): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const chart: SvgElement = Plot.plot({
    document,
    className: 'chart',
    width: canvas.width,
    height: canvas.isNarrow ? Math.round(height * 0.9) : height,
    ...margins,
    x: { labelAnchor: 'center', labelArrow: 'none', tickSize: 0, tickPadding: 9, ticks: canvas.isNarrow ? 4 : 8, ...x, ...(x.type === 'sqrt' ? { ticks: squareRootTicks(x.domain as [number, number], canvas) } : {}) },
    y: { labelArrow: 'none', tickSize: 0, grid: true, ticks: 5, ...y },
    marks: marks(canvas),
  });
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', alt);
  // The page's style sheet says this once for all charts.
  chart.querySelector('style')?.remove();
  for (const attribute of ['font-family', 'font-size', 'height', 'width']) chart.removeAttribute(attribute);
  return chart.outerHTML;
}

/** Room for a tick's letters, in pixels. */
const tickRoom = 50;

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
