/** An attempt of a task on the time axis. */
export interface Bar {
  readonly task: string;
  /** Which of the tasks that ran at the same time it was: lanes are as many as cores were busy. */
  readonly lane: number;
  readonly from: number;
  /** Null while it runs. */
  to: number | null;
  state: 'running' | 'executed' | 'failed';
}

/** Attempts in lanes: each takes the lowest that is free when it begins, so bars of a lane never overlap. */
export class TimelineBars {
  /** Per lane, in order of time. */
  readonly lanes: Bar[][] = [];
  readonly #open = new Map<string, Bar>();
  readonly #busy: boolean[] = [];

  begin(task: string, at: number): void {
    this.end(task, at, 'failed');
    const free = this.#busy.indexOf(false);
    const lane = free === -1 ? this.#busy.length : free;
    const bar: Bar = { task, lane, from: at, to: null, state: 'running' };
    this.#busy[lane] = true;
    (this.lanes[lane] ??= []).push(bar);
    this.#open.set(task, bar);
  }

  end(task: string, at: number, state: 'executed' | 'failed'): void {
    const bar = this.#open.get(task);
    if (!bar) return;
    bar.to = at;
    bar.state = state;
    this.#open.delete(task);
    this.#busy[bar.lane] = false;
  }

  /** What a killed run left open. */
  endAll(at: number): void {
    for (const task of [...this.#open.keys()]) this.end(task, at, 'failed');
  }

  /** The bar at a moment, or the nearest to it within `reach` milliseconds. */
  at(lane: number, moment: number, reach: number, now: number): Bar | undefined {
    const bars = this.lanes[lane] ?? [];
    const index = this.#firstAfter(bars, moment);
    const [before, after] = [bars[index - 1], bars[index]];
    if (before && moment <= (before.to ?? now) + reach) return before;
    return after && after.from - moment <= reach ? after : undefined;
  }

  /** The neighbour of a bar along its lane (`step` -1 or 1), or in the lane beside it at the same time. */
  beside(bar: Bar, step: { readonly along: -1 | 0 | 1; readonly across: -1 | 0 | 1 }): Bar | undefined {
    const bars = this.lanes[bar.lane] ?? [];
    if (step.across === 0) return bars[this.#firstAfter(bars, bar.from) - 1 + step.along];
    const beside = this.lanes[bar.lane + step.across] ?? [];
    return beside[Math.max(0, this.#firstAfter(beside, bar.from) - 1)];
  }

  #firstAfter(bars: readonly Bar[], moment: number): number {
    let [low, high] = [0, bars.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((bars[middle]?.from ?? 0) <= moment) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
