/** The results as Markdown that also reads well in a terminal. */
import type { HashingResult } from './hashing.js';
import type { PhaseSummary, Spread, Summary } from './summary.js';
import type { Absent, Found, Tool } from './tool.js';

export interface Results {
  readonly machine: string;
  readonly date: string;
  /** Load averages over one minute, before and after. */
  readonly load: readonly [before: number, after: number];
  readonly rounds: number;
  readonly limitSeconds: number;
  readonly tools: readonly { readonly name: string; readonly does: string; readonly found: Found | Absent }[];
  readonly sizes: readonly SizeResults[];
  readonly hashing: HashingResult | { readonly reason: string } | null;
}

export interface SizeResults {
  readonly tasks: number;
  readonly edges: number;
  /** Tasks that the changed source reaches. */
  readonly cone: number;
  readonly summaries: readonly Summary[];
}

export function markdown(results: Results): string {
  return [
    `${results.machine}; ${results.date}; load ${results.load.map((load) => load.toFixed(1)).join(' before, ')} after; up to ${String(results.rounds)} rounds, at most ${String(results.limitSeconds)} s a tool and size.`,
    'Each cell is a median (least to most) and, after it, how many times as long as the first tool it took in the same turn: above 1x the first is faster.',
    ...results.sizes.map(sizeTable),
    ...(results.hashing === null ? [] : [hashingLine(results.hashing)]),
    results.tools.map(toolLine).join('\n'),
  ].join('\n\n');
}

const headings = ['tool', 'first run, tasks/s', 'no-op run, s', 'one source changed, s', 'executed', 'plan, s', 'why, s', 'peak MiB, first / no-op', 'rounds'];

function sizeTable({ tasks, edges, cone, summaries }: SizeResults): string {
  const rows = summaries.map((summary) => row(summary, tasks));
  const reasons = summaries.filter(({ out }) => out !== null).map(({ tool, out }) => `- ${tool}: ${out ?? ''}`);
  return [
    `**N = ${tasks.toLocaleString('en')}** (${edges.toLocaleString('en')} edges; cone of the changed source: ${cone.toLocaleString('en')})`,
    '',
    ...table([headings, ...rows]),
    ...(reasons.length > 0 ? ['', ...reasons] : []),
  ].join('\n');
}

function row({ tool, phases, executedAfterChange, executedWithoutChange, rounds }: Summary, tasks: number): readonly string[] {
  const { first } = phases;
  const perSecond = first && { median: 1_000 * tasks / first.wallMs.median, least: 1_000 * tasks / first.wallMs.most, most: 1_000 * tasks / first.wallMs.least };
  const executed = executedAfterChange === null ? 'null' : `${executedAfterChange.toLocaleString('en')}${executedWithoutChange === 0 ? '' : ` (${String(executedWithoutChange)} when nothing changed)`}`;
  return [
    tool,
    perSecond ? withRatio(rates(perSecond), first) : 'null',
    seconds(phases['no-op']),
    seconds(phases.leaf),
    executed,
    seconds(phases.plan),
    seconds(phases.why),
    `${mebibytes(first)} / ${mebibytes(phases['no-op'])}`,
    String(rounds),
  ];
}

function seconds(phase: PhaseSummary | null): string {
  if (phase === null) return 'null';
  const show = (ms: number): string => significant(ms / 1_000);
  return withRatio(`${show(phase.wallMs.median)} (${show(phase.wallMs.least)} to ${show(phase.wallMs.most)})`, phase);
}

function rates({ median, least, most }: Spread): string {
  const show = (rate: number): string => (rate < 10 ? significant(rate) : Math.round(rate).toLocaleString('en'));
  return `${show(median)} (${show(least)} to ${show(most)})`;
}

function withRatio(text: string, { wallRatio }: PhaseSummary): string {
  return wallRatio === null ? text : `${text}, ${significant(wallRatio)}x`;
}

function mebibytes(phase: PhaseSummary | null): string {
  return phase?.peakBytes === null || phase === null ? 'null' : (phase.peakBytes / 2 ** 20).toFixed(0);
}

/** Two digits are what such a machine repeats. */
function significant(value: number): string {
  return value >= 10 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}

function hashingLine(result: HashingResult | { readonly reason: string }): string {
  if ('reason' in result) return `**Hashing**: null, ${result.reason}`;
  return `**Hashing** one file of ${String(result.bytes / 2 ** 20)} MiB: ours ${rates(result.ours)} MB/s, sha256sum ${rates(result.sha256sum)} MB/s; ours is ${significant(result.ratio)} times as fast (${String(result.rounds)} rounds).`;
}

function toolLine({ name, does, found }: Results['tools'][number]): string {
  return found.kind === 'found' ? `- **${name}** ${found.version}: ${does}.` : `- **${name}**: absent, ${found.reason}.`;
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)];
}

export const described = ({ name, does, find }: Tool): Results['tools'][number] => ({ name, does, found: find() });
