import prettyMilliseconds from 'pretty-ms';
import type { UpstreamTask } from '../../engine/task-kind.js';
import type { Measurements, PerformancePoint } from '../collect-measurements/measurements.js';
import { languageName, listed } from '../formats/language-name.js';
import { amount, whole } from './text.js';

/** One line of what ran: a name and a value, with what it means below it. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
}

/** What ran, how long, on what: the first screen's second half. */
export function overview(measured: Measurements, upstream: readonly UpstreamTask[]): Fact[] {
  return [...corpusFact(measured), ...runsFact(measured), ...evaluationsFact(measured), ...scratchFact(measured), ...computeFacts(upstream)];
}

function corpusFact({ statistics, source, dominantLanguage, targets }: Measurements): Fact[] {
  const tokens = statistics.flatMap((one) => one.tokens ?? []);
  const languages = `${languageName(dominantLanguage)}, then ${listed(targets.map(languageName))}`;
  const kind = source === 'generated' ? 'generated' : 'real code';
  if (tokens.length === 0) return [{ name: 'Languages', value: String(targets.length + 1), detail: languages }];
  return [{ name: 'Corpus', value: `${amount(tokens.reduce((sum, one) => sum + one, 0))} tokens`, detail: `${kind}: ${languages}` }];
}

function runsFact({ acquisition }: Measurements): Fact[] {
  const runs = new Set(acquisition.map(({ language, seed }) => `${language} ${seed}`));
  const steps = acquisition.flatMap(({ step }) => step ?? []);
  if (runs.size === 0 || steps.length === 0) return [];
  const seeds = new Set(acquisition.map(({ seed }) => seed)).size;
  return [{ name: 'Acquisition', value: `${runs.size} run${runs.size === 1 ? '' : 's'}`, detail: `${seeds} seed${seeds === 1 ? '' : 's'} a language, ${whole(Math.max(...steps))} steps each, ${new Set(steps).size} checkpoints evaluated` }];
}

function evaluationsFact(measured: Measurements): Fact[] {
  const { acquisition, acquisitionDominant, monolingual, dominant, sweep, sweepDominant, solved, solvedDominant, scratch, identical } = measured;
  const lists: readonly (readonly PerformancePoint[])[] = [acquisition, acquisitionDominant, monolingual, dominant, sweep, sweepDominant, solved, solvedDominant, scratch, identical];
  const evaluations = lists.flat();
  const programs = evaluations.reduce((sum, { outcomes }) => sum + Object.keys(outcomes).length, 0);
  if (evaluations.length === 0) return [];
  const what = programs > 0 ? `${whole(programs)} programs written by models and run against tests` : 'bits per byte of held-out text; no program was run';
  return [{ name: 'Evaluations', value: whole(evaluations.length), detail: what }];
}

function scratchFact({ scratch }: Measurements): Fact[] {
  const models = new Set(scratch.map(({ corpus, size, seed }) => `${corpus} ${size} ${seed}`)).size;
  if (models === 0) return [];
  const [sizes, corpora] = [new Set(scratch.map(({ size }) => size)).size, new Set(scratch.map(({ corpus }) => corpus)).size];
  return [{ name: 'From scratch', value: `${models} model${models === 1 ? '' : 's'}`, detail: `${corpora} corpora, ${sizes} size${sizes === 1 ? '' : 's'}` }];
}

function computeFacts(upstream: readonly UpstreamTask[]): Fact[] {
  if (upstream.length === 0) return [{ name: 'Compute', value: 'not known', detail: 'this page was made outside a run of a pipeline' }];
  const total = upstream.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const ends = upstream.map(({ finishedAt, durationMs }) => ({ end: Date.parse(finishedAt), start: Date.parse(finishedAt) - durationMs }));
  const span = Math.max(...ends.map(({ end }) => end)) - Math.min(...ends.map(({ start }) => start));
  const hosts = [...new Set(upstream.map(({ host }) => host))];
  const days = [...new Set(upstream.map(({ finishedAt }) => finishedAt.slice(0, 10)))].sort();
  return [
    { name: 'Compute', value: duration(total), detail: `of task time in ${whole(upstream.length)} task${upstream.length === 1 ? '' : 's'}, within ${duration(span)} of wall-clock time` },
    { name: 'Machine', value: hosts.length === 1 ? hosts[0] as string : `${hosts.length} machines`, detail: `Node.js ${listed([...new Set(upstream.map(({ node }) => node))])}; ${days.length === 1 ? days[0] as string : `${days[0] as string} to ${days.at(-1) as string}`}` },
  ];
}

export function duration(milliseconds: number): string {
  return prettyMilliseconds(milliseconds, milliseconds < 60_000 ? { secondsDecimalDigits: 1 } : { unitCount: 2, secondsDecimalDigits: 0 });
}
