import { roughDuration } from '../../reporters/numbers.js';
import type { Bar, TimelineBars } from './timeline-bars.js';

/** Milliseconds since the epoch. */
export interface TimeWindow { readonly from: number; readonly to: number }

export interface TimelinePicture {
  readonly bars: TimelineBars;
  readonly window: TimeWindow;
  readonly now: number;
  readonly pointed: Bar | undefined;
  /** Id of the task whose details are open. */
  readonly open: string | undefined;
}

const axisHeight = 22;
/** A letter of the labels, in pixels. */
const letterWidth = 6.2;
/** Of a label that can be told from others. */
const fewestLetters = 8;

export function laneHeight(lanes: number): number {
  return lanes <= 8 ? 24 : lanes <= 16 ? 13 : 8;
}

export function momentAt(x: number, width: number, { from, to }: TimeWindow): number {
  return from + (x / Math.max(1, width)) * (to - from);
}

/** Draws only what is in the window; bars thinner than a pixel are a pixel, a failed one over the others. */
export function drawTimeline(canvas: HTMLCanvasElement, picture: TimelinePicture): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const density = devicePixelRatio;
  const [wantedWidth, wantedHeight] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== wantedWidth || canvas.height !== wantedHeight) [canvas.width, canvas.height] = [wantedWidth, wantedHeight];
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`);
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  drawAxis(context, { width, height }, picture, colour);
  const perPixel = (picture.window.to - picture.window.from) / Math.max(1, width);
  picture.bars.lanes.forEach((bars, lane) => { drawLane(context, bars, lane, picture, perPixel, colour); });
}

type Colour = (name: string) => string;

function drawAxis(context: CanvasRenderingContext2D, { width, height }: { width: number; height: number }, { window, bars }: TimelinePicture, colour: Colour): void {
  const start = bars.lanes.reduce((earliest, [first]) => Math.min(earliest, first?.from ?? Infinity), Infinity);
  const origin = Number.isFinite(start) ? start : window.from;
  const step = roundStep((window.to - window.from) / Math.max(1, width / 120));
  context.fillStyle = colour('muted');
  context.strokeStyle = colour('rule');
  context.textAlign = 'left';
  for (let time = Math.ceil((window.from - origin) / step) * step; time <= window.to - origin; time += step) {
    const x = ((time + origin - window.from) / (window.to - window.from)) * width;
    context.beginPath();
    context.moveTo(Math.round(x) + 0.5, 0);
    context.lineTo(Math.round(x) + 0.5, height - axisHeight + 6);
    context.stroke();
    context.fillText(step < 1000 ? `${(time / 1000).toFixed(step < 100 ? 2 : 1)}s` : roughDuration(time), x + 3, height - axisHeight / 2 + 2);
  }
}

/** 1, 2 or 5 of a unit, not below what is wanted. */
function roundStep(wanted: number): number {
  const units = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000];
  return units.find((unit) => unit >= wanted) ?? Math.ceil(wanted / 3_600_000) * 3_600_000;
}

function drawLane(context: CanvasRenderingContext2D, bars: readonly Bar[], lane: number, { window, now, pointed, open, bars: { lanes } }: TimelinePicture, perPixel: number, colour: Colour): void {
  const step = laneHeight(lanes.length);
  const [top, thickness] = [lane * step + 1, step - (step > 10 ? 3 : 1)];
  let [drawnTo, drawnFailed] = [-1, false];
  for (const bar of bars) {
    const to = bar.to ?? now;
    if (to < window.from) continue;
    if (bar.from > window.to) break;
    const [left, right] = [Math.max(0, (bar.from - window.from) / perPixel), (Math.min(to, window.to) - window.from) / perPixel];
    // Thousands of tasks share a pixel: one of them is drawn, unless another one failed.
    if (right <= drawnTo && (bar.state !== 'failed' || drawnFailed)) continue;
    const width = Math.max(1, right - left - (right - left > 3 ? 1 : 0));
    context.fillStyle = colour(bar.state);
    context.globalAlpha = bar === pointed || bar.task === open ? 1 : 0.78;
    context.fillRect(left, top, width, thickness);
    context.globalAlpha = 1;
    if (bar === pointed || bar.task === open) outline(context, { left, top, width, thickness }, colour('ink'));
    if (step >= 20) label(context, bar.task, { left, top, width, thickness }, colour('surface'));
    [drawnTo, drawnFailed] = [Math.max(drawnTo, Math.ceil(left + width)), bar.state === 'failed'];
  }
}

interface Box { readonly left: number; readonly top: number; readonly width: number; readonly thickness: number }

function outline(context: CanvasRenderingContext2D, { left, top, width, thickness }: Box, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(left, top, Math.max(2, width), thickness);
  context.lineWidth = 1;
}

function label(context: CanvasRenderingContext2D, text: string, { left, top, width, thickness }: Box, colour: string): void {
  const letters = Math.floor((width - 8) / letterWidth);
  if (letters < Math.min(fewestLetters, text.length)) return;
  context.fillStyle = colour;
  context.textAlign = 'left';
  context.fillText(text.length <= letters ? text : `${text.slice(0, letters - 1)}…`, left + 5, top + thickness / 2 + 0.5);
}
