import { html, type TemplateResult } from 'lit-html';
import { createRef, ref } from 'lit-html/directives/ref.js';
import { duration } from '../../reporters/numbers.js';
import { zoomButtons } from './graph-view.js';
import type { OpenRun } from './open-run.js';
import { linkWithin, type RunRoute } from './route.js';
import type { Bar } from './timeline-bars.js';
import { drawTimeline, laneHeight, momentAt, type TimeWindow } from './timeline-canvas.js';
import { wordOf } from './words.js';

/** How the timeline is looked at: null for the whole run, which grows while it runs. */
export interface TimelineLook {
  window: TimeWindow | null;
  /** The bar under the pointer or the keyboard. */
  pointed: Bar | undefined;
}

const canvasRef = createRef<HTMLCanvasElement>();
/** Lanes beyond it are not drawn: a hundred at once are read from the table. */
const mostHeight = 236;
/** Pixels within which the pointer finds a bar. */
const reachPixels = 4;

/** Who ran when: a lane for each task that ran at the same time. Ten thousand bars are one canvas. */
export function timelineView(run: OpenRun, route: RunRoute, look: TimelineLook, now: number, changed: () => void): TemplateResult {
  const { bars, totals } = run.model;
  const whole: TimeWindow = { from: totals.startedAt, to: Math.max(totals.startedAt + 1, run.model.now(now)) };
  const window = look.window ?? whole;
  const lanes = Math.max(1, bars.lanes.length);
  const height = Math.min(mostHeight, 26 + lanes * laneHeight(lanes));
  const zoom = (factor: number): void => {
    look.window = zoomed(window, whole, factor, look.pointed?.from);
    changed();
  };
  requestAnimationFrame(() => {
    const canvas = canvasRef.value;
    if (canvas) drawTimeline(canvas, { bars, window, now: run.model.now(now), pointed: look.pointed, open: route.task });
  });
  const pointAt = (event: MouseEvent): void => {
    look.pointed = barAt(event, run, window, now);
    changed();
  };
  return html`<section class="timeline" aria-labelledby="timeline-title">
    <div class="section-head"><h2 id="timeline-title">Timeline</h2>
      <span class="quiet" id="timeline-help">A lane for each task that was under way at once. Arrow keys go from task to task, Enter opens one, + and − zoom.</span>
      ${zoomButtons('timeline', { out: () => { zoom(2); }, in: () => { zoom(0.5); }, all: () => { look.window = null; changed(); } })}</div>
    <canvas ${ref(canvasRef)} tabindex="0" role="application" aria-label="Timeline of the tasks" aria-describedby="timeline-help timeline-bar" .style=${`height: ${height}px`}
      @mousemove=${pointAt} @mouseleave=${() => { look.pointed = undefined; changed(); }}
      @click=${(event: MouseEvent) => { pointAt(event); openBar(look.pointed, route); }}
      @keydown=${(event: KeyboardEvent) => { if (onKey(event, run, route, look, zoom)) { event.preventDefault(); reveal(look, window, whole, now); changed(); } }}></canvas>
    <p class="pointed" id="timeline-bar" role="status">${look.pointed ? barText(look.pointed, run, now) : ' '}</p>
  </section>`;
}

function zoomed({ from, to }: TimeWindow, whole: TimeWindow, factor: number, around: number | undefined): TimeWindow | null {
  const middle = around !== undefined && around >= from && around <= to ? around : (from + to) / 2;
  const next = { from: middle - (middle - from) * factor, to: middle + (to - middle) * factor };
  return next.from <= whole.from && next.to >= whole.to ? null : { from: Math.max(whole.from, next.from), to: Math.min(whole.to, next.to) };
}

/** Moves a zoomed window to where the keyboard went. */
function reveal(look: TimelineLook, window: TimeWindow, whole: TimeWindow, now: number): void {
  const { pointed } = look;
  if (!pointed || !look.window || (pointed.from >= window.from && (pointed.to ?? now) <= window.to)) return;
  const width = window.to - window.from;
  const from = Math.max(whole.from, Math.min(whole.to - width, pointed.from - width / 4));
  look.window = { from, to: from + width };
}

function barAt({ offsetX, offsetY, currentTarget }: MouseEvent, { model }: OpenRun, window: TimeWindow, now: number): Bar | undefined {
  const { clientWidth } = currentTarget as HTMLCanvasElement;
  const lane = Math.floor(offsetY / laneHeight(model.bars.lanes.length));
  const reach = momentAt(reachPixels, clientWidth, window) - window.from;
  return model.bars.at(lane, momentAt(offsetX, clientWidth, window), reach, model.now(now));
}

function onKey({ key }: KeyboardEvent, { model: { bars } }: OpenRun, route: RunRoute, look: TimelineLook, zoom: (factor: number) => void): boolean {
  const step = steps[key];
  if (step) {
    look.pointed = look.pointed ? bars.beside(look.pointed, step) ?? look.pointed : bars.lanes[0]?.[0];
    return true;
  }
  switch (key) {
    case 'Enter':
      openBar(look.pointed, route);
      return true;
    case '+':
    case '=':
      zoom(0.5);
      return true;
    case '-':
      zoom(2);
      return true;
    default:
      return false;
  }
}

const steps: Readonly<Record<string, Parameters<OpenRun['model']['bars']['beside']>[1]>> = {
  ArrowLeft: { along: -1, across: 0 }, ArrowRight: { along: 1, across: 0 }, ArrowUp: { along: 0, across: -1 }, ArrowDown: { along: 0, across: 1 },
};

function openBar(bar: Bar | undefined, route: RunRoute): void {
  if (bar) location.hash = linkWithin(route, { task: bar.task });
}

function barText({ task, from, to, state }: Bar, { model }: OpenRun, now: number): string {
  return `${task}: ${wordOf(state)}, ${duration((to ?? model.now(now)) - from)}, ${duration(from - model.totals.startedAt)} after the start`;
}
