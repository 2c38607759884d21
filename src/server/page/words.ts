import { html, type TemplateResult } from 'lit-html';
import type { RunEntry } from '../api.js';
import type { TaskState } from './task-state.js';

/** What the page calls a state, and the mark beside it: no state is told by colour alone. */
const marks: Readonly<Record<TaskState | RunEntry['outcome'], { readonly word: string; readonly path: string }>> = {
  failed: { word: 'failed', path: 'M4 4l8 8M12 4l-8 8' },
  running: { word: 'running', path: 'M5 3.5v9l7.5-4.5z' },
  waiting: { word: 'waiting', path: 'M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12M8 5v3.3l2 1.5' },
  executed: { word: 'executed', path: 'M3 8.6l3.3 3.2L13 4.6' },
  cached: { word: 'cached', path: 'M8 2.5l6 3-6 3-6-3zM2 10l6 3 6-3' },
  skipped: { word: 'skipped', path: 'M3 4l6 4-6 4zM12.5 4v8' },
  succeeded: { word: 'succeeded', path: 'M3 8.6l3.3 3.2L13 4.6' },
  interrupted: { word: 'interrupted', path: 'M5.5 4v8M10.5 4v8' },
  killed: { word: 'killed', path: 'M4 4l8 8M12 4l-8 8' },
};

export function wordOf(state: keyof typeof marks): string {
  return marks[state].word;
}

export function markPath(state: keyof typeof marks): string {
  return marks[state].path;
}

export function mark(state: keyof typeof marks): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 16 16" aria-hidden="true"><path d=${marks[state].path}></path></svg>`;
}

/** `3 May, 10:22:05`, in the reader's time. */
export function clock(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);
}

export function timeOfDay(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `12.3/s`, `40/min`, `3/h`. */
export function rateText(perSecond: number): string {
  if (perSecond >= 1) return `${perSecond.toLocaleString('en-US', { maximumFractionDigits: perSecond < 10 ? 1 : 0 })}/s`;
  return perSecond * 60 >= 1 ? `${Math.round(perSecond * 60)}/min` : `${Math.round(perSecond * 3600)}/h`;
}

/** At most so many characters; the middle is left out, for ids differ at their ends. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = Math.ceil((length - 1) * 0.6);
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
}
