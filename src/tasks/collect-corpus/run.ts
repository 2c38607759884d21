import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import { originOf, readDocuments, writeCorpus, type CorpusSource, type Document } from '../../corpus/corpus.js';
import { sourceText, statedLicence, withoutBlankSpace, type RemovalReason, type SourceText, type TextLimits } from '../../corpus/source-text.js';
import { openDebianSources } from './debian-source.js';
import { groupsOf, heldOutGroups, type CollectedFile } from './held-out.js';
import { openNpmSource } from './npm-source.js';
import type { OpenSource, PackageSource, SourceFile } from './source.js';
import { openFolder, openJsonLines } from './user-sources.js';

interface Parameters extends TextLimits {
  readonly language: string;
  readonly sources: readonly PackageSource[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly licence: string | null;
  readonly allowedLicences: readonly string[] | null;
  readonly deduplicate: boolean;
  readonly heldOutShare: number;
  readonly seed: number;
}

interface FileCount { files: number; bytes: number }

/** What became of a source's files. */
interface SourceReport extends CorpusSource {
  readonly kept: FileCount;
  readonly removed: Partial<Record<RemovalReason, FileCount>>;
}

/** Unstated by the user and by the file. */
const unknownLicence = 'NOASSERTION';

/** @throws {TaskError} when a source cannot be had or is not what was pinned, and when nothing is left */
export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const sources = openSources(context, parameters);
  if (sources.length === 0) throw new TaskError('there is nothing to collect', 'list `sources`, or connect the inputs `files` or `documents`');

  // First everything that is kept, then the split: which folders to hold out depends on their sizes.
  const collected = join(context.scratch, 'collected');
  await mkdir(collected);
  const files: CollectedFile[] = [];
  const reports: SourceReport[] = [];
  await writeCorpus(collected, collect(context, parameters, sources, files, reports));
  if (files.length === 0) throw new TaskError(`no file is left of ${sources.length} sources`, removalSummary(reports));

  const groups = groupsOf(files);
  const heldOut = heldOutGroups(files, groups, parameters.heldOutShare, parameters.seed);
  if (parameters.heldOutShare > 0 && heldOut.size === 0) {
    throw new TaskError(`no top-level folder is small enough to hold out ${parameters.heldOutShare} of the bytes`, 'raise `heldOutShare` or collect from more folders');
  }
  const extra = { sources: sources.map(({ source }) => source) };
  await writeCorpus(context.output('corpus'), part(collected, (index) => !heldOut.has(groups[index] ?? '')), extra);
  await writeCorpus(context.output('heldout'), part(collected, (index) => heldOut.has(groups[index] ?? '')), extra);
  await writeFile(context.output('collection'), `${JSON.stringify(collectionOf(parameters, reports, files, groups, heldOut), null, 2)}\n`);
};

function openSources(context: TaskContext, parameters: Parameters): OpenSource[] {
  const maxFileBytes = parameters.maxBytes;
  const options = { scratch: context.scratch, signal: context.signal, maxFileBytes };
  const debian = openDebianSources(parameters.sources, options);
  const licence = parameters.licence ?? unknownLicence;
  return [
    ...parameters.sources.flatMap((source) => (source.kind === 'npm' ? openNpmSource(source, options) : debian.get(source) ?? [])),
    ...context.inputs('files').map(({ path }, index) => openFolder(path, parameters, { number: index + 1, licence, maxFileBytes })),
    ...context.inputs('documents').map(({ path }, index) => openJsonLines(path, { number: index + 1, licence, maxFileBytes })),
  ];
}

/** The documents that are kept, source by source; what is known of them besides their text goes to `files` and `reports`. */
async function* collect(context: TaskContext, parameters: Parameters, sources: readonly OpenSource[], files: CollectedFile[], reports: SourceReport[]): AsyncGenerator<Document> {
  const seen = new Set<string>();
  for (const [index, { source, files: found }] of sources.entries()) {
    const origin = originOf(source);
    const report: SourceReport = { ...source, kept: { files: 0, bytes: 0 }, removed: {} };
    reports.push(report);
    for await (const file of found) {
      context.signal.throwIfAborted();
      const size = file.kind === 'file' ? file.bytes.length : file.size;
      const judged = judge(file, source, parameters, seen);
      if (judged.kind === 'removed') {
        add(report.removed[judged.reason] ??= { files: 0, bytes: 0 }, size);
        continue;
      }
      const bytes = Buffer.byteLength(judged.text);
      add(report.kept, bytes);
      files.push({ origin, path: file.path, bytes });
      yield { id: `${origin}#${file.path}`, language: parameters.language, text: judged.text, origin, licence: judged.licence };
    }
    context.log(`${origin}: ${report.kept.files} files, ${report.kept.bytes} bytes`);
    context.progress(index + 1, sources.length, 'sources');
  }
}

function judge(file: SourceFile, source: CorpusSource, parameters: Parameters, seen: Set<string>): (SourceText & { kind: 'removed' }) | { kind: 'kept'; text: string; licence: string } {
  if (file.kind === 'too-large') return { kind: 'removed', reason: 'too-large' };
  const read = sourceText(file.bytes, parameters);
  if (read.kind === 'removed') return read;
  const licence = file.licence ?? statedLicence(read.text) ?? source.licence;
  if (parameters.allowedLicences !== null && !parameters.allowedLicences.includes(licence)) return { kind: 'removed', reason: 'licence' };
  if (parameters.deduplicate) {
    const digest = createHash('sha256').update(withoutBlankSpace(read.text)).digest('base64');
    if (seen.has(digest)) return { kind: 'removed', reason: 'duplicate' };
    seen.add(digest);
  }
  return { kind: 'kept', text: read.text, licence };
}

function add(count: FileCount, bytes: number): void {
  count.files += 1;
  count.bytes += bytes;
}

async function* part(corpus: string, wanted: (index: number) => boolean): AsyncGenerator<Document> {
  let index = 0;
  for await (const document of readDocuments(corpus)) {
    if (wanted(index)) yield document;
    index += 1;
  }
}

function collectionOf(parameters: Parameters, reports: readonly SourceReport[], files: readonly CollectedFile[], groups: readonly string[], heldOut: ReadonlySet<string>): object {
  const isHeldOut = (_: CollectedFile, index: number): boolean => heldOut.has(groups[index] ?? '');
  const total = (counted: readonly CollectedFile[]): FileCount => ({ files: counted.length, bytes: counted.reduce((sum, { bytes }) => sum + bytes, 0) });
  const held = total(files.filter(isHeldOut));
  const all = total(files);
  return {
    language: parameters.language, sources: reports, kept: all,
    heldOut: { requestedShare: parameters.heldOutShare, share: held.bytes / all.bytes, ...held, groups: [...heldOut].sort() },
  };
}

function removalSummary(reports: readonly SourceReport[]): string {
  const reasons = reports.flatMap(({ removed }) => Object.entries(removed).map(([reason, { files }]) => `${files} ${reason}`));
  return reasons.length === 0 ? 'no file matched `include`' : `removed: ${reasons.join(', ')}`;
}
