import type { ActionRecord, Digest } from '../engine/action-record.js';
import type { Lineage, LineageAction, LineageRead } from '../engine/provenance/lineage.js';
import type { UserFile } from '../engine/provenance/user-files.js';
import { size } from '../reporters/format.js';
import { valueText } from '../reporters/reason-text.js';
import { recordText } from './why-text.js';

export interface LineageTextOptions {
  /** What the artifact was asked for as. */
  readonly name: string;
  /** What is known of the artifacts that no task made. */
  readonly files: ReadonlyMap<Digest, UserFile>;
  /** A path, as a person here would name it. */
  shown(path: string): string;
}

/** A chain of a hundred segments would leave the screen. */
const deepestIndent = 20;

/** A line that is still to be written: an artifact under the name by which it was read, or one value. */
interface Branch {
  readonly depth: number;
  readonly label: string;
  readonly read: LineageRead['value'];
}

/**
 * The tree from an artifact down to the user's files, each result with all that it read below it. A result that
 * several read is written out the first time and named after that.
 */
export function lineageText(lineage: Lineage, options: LineageTextOptions): string {
  const lines: string[] = [];
  const told = new Set<Digest>();
  const waiting: Branch[] = [{ depth: 0, label: options.name, read: { kind: 'artifact', digest: lineage.root } }];
  for (let branch = waiting.pop(); branch; branch = waiting.pop()) {
    const { depth, label, read } = branch;
    const digest = read.kind === 'artifact' ? read.digest : read.document;
    const action = digest === undefined ? undefined : actionOf(digest, lineage);
    const known = action !== undefined && told.has(action.record.fingerprint);
    lines.push(`${indent(depth)}${label}  ${contentText(read, lineage, options)}${known ? `  (made by ${action.record.provenance.task}, above)` : ''}`);
    if (!action || known) continue;
    told.add(action.record.fingerprint);
    lines.push(...actionLines(action.record, depth));
    waiting.push(...action.reads.map((below) => ({ depth: depth + 1, label: labelOf(below, lineage), read: below.value })).reverse());
  }
  return `${lines.join('\n')}\n`;
}

function actionOf(digest: Digest, { artifacts, actions }: Lineage): LineageAction | undefined {
  return actions.get(artifacts.get(digest)?.producer?.record.fingerprint ?? '');
}

function contentText(read: LineageRead['value'], lineage: Lineage, options: LineageTextOptions): string {
  if (read.kind === 'artifact') return artifactText(read.digest, lineage, options);
  const value = `= ${valueText(read.value)}`;
  if (read.document === undefined) return `${value}  (a JSON value; --file names its document)`;
  return `${value}  at ${read.pointer ?? ''} of  ${artifactText(read.document, lineage, options)}`;
}

/** `file 12 kB 1b2c3d4e5f60`, and of a user's file where it is. */
function artifactText(digest: Digest, { artifacts }: Lineage, { files, shown }: LineageTextOptions): string {
  const { producer, otherProducers = 0 } = artifacts.get(digest) ?? {};
  const file = files.get(digest);
  const object = producer?.record.outputs[producer.output] ?? file;
  const parts = [object?.type === 'tree' ? 'folder' : 'file', ...(object?.bytes === undefined ? [] : [size(object.bytes)]), digest.slice(0, 12)];
  if (!producer) parts.push(file?.path === undefined ? '(yours, or of a result that is gone)' : `yours: ${shown(file.path)}${file.changedSince ? ', changed since' : ''}`);
  if (otherProducers > 0) parts.push(`(${otherProducers} other ${otherProducers === 1 ? 'result' : 'results'} gave the same bytes)`);
  return parts.join(' ');
}

/** `corpus <- generate(seed=1).text` */
function labelOf({ input, labels, value }: LineageRead, { artifacts }: Lineage): string {
  const places = Object.entries(labels).map(([axis, label]) => `${axis}=${String(label)}`).join(',');
  const digest = value.kind === 'artifact' ? value.digest : value.document;
  const producer = digest === undefined ? undefined : artifacts.get(digest)?.producer;
  return `${input}${places === '' ? '' : `(${places})`}${producer ? ` <- ${producer.record.provenance.task}.${producer.output}` : ''}`;
}

function actionLines(record: ActionRecord, depth: number): string[] {
  const { preimage, provenance, accepted } = record;
  const below = `${indent(depth)}  `;
  const settings = [...Object.entries(preimage.parameters), ...Object.entries(preimage.environment)];
  return [
    `${below}by ${provenance.task} (${preimage.kind}), ${recordText(record, provenance.pipeline, provenance.task)}, on ${provenance.host}`,
    ...(accepted ? [`${below}accepted by ${accepted.by}: ${accepted.reason}`] : []),
    ...settings.map(([name, value]) => `${below}with ${name} = ${valueText(value)}`),
  ];
}

function indent(depth: number): string {
  return '  '.repeat(Math.min(depth, deepestIndent) * 2);
}
