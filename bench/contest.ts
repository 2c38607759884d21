/**
 * Contestants are processes that do the same work on request, so that they can take turns in short rounds: on a
 * machine that others use too, one long run after the other would compare two different machines.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** Milliseconds of one repetition: on the clock, and on the processor. */
export type Timing = readonly [wall: number, cpu: number];

export interface Contestant {
  readonly name: string;
  /** Does the work `count` times. */
  run(count: number): Promise<Timing[]>;
  stop(): void;
}

export const bench = resolve(import.meta.dirname, '../../../bench');

/** Resolves once the process has warmed up; null when it could not, with the reason on stderr. */
export async function start(name: string, [command, ...args]: readonly [string, ...string[]], request: unknown): Promise<Contestant | null> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
  child.on('error', ({ message }) => { console.error(`${name}: ${message}`); });
  child.stdin.on('error', () => { /* told by the missing answer */ });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async (line: string): Promise<Timing[] | null> => {
    child.stdin.write(`${line}\n`);
    const answer = await answers.next();
    return answer.done === true ? null : JSON.parse(answer.value) as Timing[];
  };
  if (await ask(JSON.stringify(request)) === null) return null;
  return {
    name,
    run: async (count) => {
      const timings = await ask(String(count));
      if (timings === null) throw new Error(`${name} ended before its time`);
      return timings;
    },
    stop: () => { child.stdin.end(); },
  };
}

/** Serves the protocol from this process: the other end of `start`. */
export async function serve<Request>(prepare: (request: Request) => Promise<() => Promise<void>>): Promise<void> {
  let work: (() => Promise<void>) | undefined;
  for await (const line of createInterface(process.stdin)) {
    if (work === undefined) {
      work = await prepare(JSON.parse(line) as Request);
      for (let warmUp = 0; warmUp < 3; warmUp++) await work();
      console.log('[]');
      continue;
    }
    const timings: Timing[] = [];
    for (let repetition = 0; repetition < Number(line); repetition++) {
      const [start, before] = [performance.now(), process.cpuUsage()];
      await work();
      const used = process.cpuUsage(before);
      timings.push([performance.now() - start, (used.user + used.system) / 1000]);
    }
    console.log(JSON.stringify(timings));
  }
}

export interface Result {
  readonly name: string;
  /** Medians over the rounds, milliseconds of one repetition. */
  readonly wall: number;
  readonly cpu: number;
  /** Median over the rounds of how many times faster than this the first contestant was, by either clock. */
  readonly wallRatio: number;
  readonly cpuRatio: number;
}

/** Every contestant does `count` repetitions in each round, one contestant after the other. */
export async function alternate(contestants: readonly Contestant[], rounds: number, count: number): Promise<Result[]> {
  const times: Timing[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contestant] of contestants.entries()) times[index]?.push(medians(await contestant.run(count)));
  }
  const [reference = []] = times;
  return contestants.map(({ name }, index) => {
    const own = times[index] ?? [];
    const [wall, cpu] = medians(own);
    const [wallRatio, cpuRatio] = medians(own.map((timing, round): Timing => [timing[0] / (reference[round]?.[0] ?? 1), timing[1] / (reference[round]?.[1] ?? 1)]));
    return { name, wall, cpu, wallRatio, cpuRatio };
  });
}

function medians(timings: readonly Timing[]): Timing {
  return [median(timings.map(([wall]) => wall)), median(timings.map(([, cpu]) => cpu))];
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
