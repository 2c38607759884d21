/** Length of all reported cycles together: enough to name every mistake, not every path through a tangle. */
const REPORTED_CYCLE_STEPS = 1_000_000;

export interface Ordered {
  /** Every index after what it depends on, otherwise in ascending order. */
  readonly order: readonly number[];
  /** Each a list of indexes, every one depending on the next and the last on the first. */
  readonly cycles: readonly (readonly number[])[];
}

/**
 * Depth-first topological order that keeps the given order wherever dependencies allow.
 * Iterative: a chain of 100,000 tasks must not exhaust the stack.
 */
export function topologicalOrder(count: number, dependencies: (index: number) => readonly number[]): Ordered {
  const order: number[] = [];
  const cycles: number[][] = [];
  const state = new Uint8Array(count);
  const [OPEN, DONE] = [1, 2];
  const path: number[] = [];
  const next: number[] = [];
  let reported = 0;

  for (let start = 0; start < count; start += 1) {
    if (state[start] !== 0) continue;
    push(start);
    while (path.length > 0) {
      const current = path[path.length - 1] ?? 0;
      const at = next[next.length - 1] ?? 0;
      const dependency = dependencies(current)[at];
      if (dependency === undefined) {
        state[current] = DONE;
        order.push(current);
        path.pop();
        next.pop();
        continue;
      }
      next[next.length - 1] = at + 1;
      if (state[dependency] === OPEN) recordCycle(dependency);
      else if (state[dependency] !== DONE) push(dependency);
    }
  }
  return { order, cycles };

  function recordCycle(first: number): void {
    if (reported > REPORTED_CYCLE_STEPS) return;
    const cycle = path.slice(path.lastIndexOf(first));
    reported += cycle.length;
    cycles.push(cycle);
  }

  function push(index: number): void {
    state[index] = OPEN;
    path.push(index);
    next.push(0);
  }
}
