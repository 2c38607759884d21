import type { Event } from '../engine/event.js';

/** Shows a run to somebody. It only listens: nothing it does may change the run. */
export interface Reporter {
  report(event: Event): void;
  /** Gives the terminal back as it was. Safe to call twice, and after a crash. */
  close(): void;
}

/** Where a reporter writes. A terminal also tells its width. */
export interface Output {
  write(text: string): unknown;
  readonly columns?: number | undefined;
  readonly isTTY?: boolean | undefined;
}
