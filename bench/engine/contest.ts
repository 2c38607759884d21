/** One size of the DAG: every tool goes through the same phases, taking turns within each phase of each round. */
import { spawnSync } from 'node:child_process';
import { coneOf, type LayeredDag } from './dag.js';
import { Project } from './project.js';
import type { Measured } from './timed-process.js';
import type { CommandLine, Tool } from './tool.js';

export const phases = ['first', 'no-op', 'leaf', 'plan', 'why'] as const;
export type Phase = typeof phases[number];

/** What a round repeats: what changes nothing may be asked again in the same folder. */
const turnsOf: Readonly<Record<Phase, number>> = { first: 1, 'no-op': 3, leaf: 1, plan: 3, why: 3 };
/** What takes longer than this is steady enough without repeating it within a round. */
const repeatBelowMs = 5_000;

export const changedSource = 0;

export interface Entrant {
  readonly tool: Tool;
  /** By phase: one place for every turn, empty where the tool did not take it. */
  readonly timings: Readonly<Record<Phase, (Measured | undefined)[]>>;
  /** Tasks executed after the source changed, by round; of no-op runs in `idle`. */
  readonly executed: number[];
  readonly idle: number[];
  /** Why there is no more of it; null while there is. */
  out: string | null;
  spentMs: number;
}

export interface ContestOptions {
  readonly rounds: number;
  /** What a tool may take at this size, all rounds together. */
  readonly limitMs: number;
  /** Where the projects are made. */
  readonly parent: string;
  readonly onTurn: (round: number, phase: Phase, tool: Tool) => void;
}

export function entrant(tool: Tool, out: string | null = null): Entrant {
  return { tool, timings: { first: [], 'no-op': [], leaf: [], plan: [], why: [] }, executed: [], idle: [], out, spentMs: 0 };
}

export async function contest(dag: LayeredDag, entrants: readonly Entrant[], options: ContestOptions): Promise<void> {
  for (let round = 0; round < options.rounds; round++) {
    const playing = entrants.filter((one) => one.out === null && mayStart(one, round, options.limitMs)).map((one) => ({ entrant: one, project: new Project(one.tool, dag, options.parent) }));
    try {
      for (const phase of phases) {
        if (phase === 'plan') playing.forEach(({ project }) => { project.changeSource(changedSource); });
        for (let turn = 0; turn < turnsOf[phase]; turn++) {
          for (const { entrant: one, project } of playing) {
            if (one.out !== null || !repeats(one, phase, turn)) continue;
            const command = commandOf(project, phase);
            if (command === null) continue;
            options.onTurn(round, phase, one.tool);
            await take(one, project, phase, command, { place: round * turnsOf[phase] + turn, limitMs: options.limitMs });
          }
        }
      }
    } finally {
      playing.forEach(({ project }) => { project.remove(); });
    }
  }
}

/** Another round must fit into what is left, judged by those before. */
function mayStart({ spentMs }: Entrant, round: number, limitMs: number): boolean {
  return round === 0 || spentMs * (round + 1) / round <= limitMs;
}

function repeats({ timings }: Entrant, phase: Phase, turn: number): boolean {
  return turn === 0 || (timings[phase].findLast((timing) => timing !== undefined)?.wallMs ?? 0) < repeatBelowMs;
}

/** One tool's turn in a phase; `place` is its number among all turns of the phase. */
async function take(one: Entrant, project: Project, phase: Phase, command: CommandLine, { place, limitMs }: { readonly place: number; readonly limitMs: number }): Promise<void> {
  if (phase === 'leaf') project.changeSource(changedSource);
  // What others left to be written is written now, not during this turn.
  spawnSync('sync');
  const { timing, executed } = phase === 'leaf' || phase === 'no-op'
    ? await project.countedBuild(limitMs)
    : { timing: await project.run(command, limitMs), executed: 0 };
  if (phase === 'leaf') one.executed.push(executed);
  if (phase === 'no-op') one.idle.push(executed);
  const problem = timing.kind === 'failed' ? timing.reason : phase === 'first' || phase === 'leaf' ? project.wrongOutput() : null;
  if (timing.kind === 'measured') one.spentMs += timing.wallMs;
  if (problem !== null) one.out = `${phase}: ${problem}`;
  else one.timings[phase][place] = timing as Measured;
}

function commandOf({ tool, dag }: Project, phase: Phase): CommandLine | null {
  switch (phase) {
    case 'first': case 'no-op': case 'leaf': return tool.build;
    case 'plan': return tool.preview;
    case 'why': return tool.explain(coneOf(dag, changedSource).at(-1) ?? 0);
  }
}

/** Why a tool is not worth starting at this size, judged by what it took at a smaller one; null when it is. */
export function tooSlow(smaller: Entrant | undefined, from: number, to: number, limitMs: number): string | null {
  if (smaller === undefined) return null;
  if (smaller.out !== null) return smaller.out;
  const [first] = smaller.timings.first;
  const predicted = (first?.wallMs ?? 0) * to / from;
  if (predicted <= limitMs) return null;
  return `first run would take about ${String(Math.ceil(predicted / 60_000))} min, judged by N = ${from.toLocaleString('en')}`;
}

