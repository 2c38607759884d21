import type { ActionRecord, Digest } from '../action-record.js';
import type { Json } from '../json.js';
import type { RecordIndex, Producer } from './record-index.js';
import { sourcesOf, type ReadSource } from './record-index.js';

/** Everything that an artifact was made from: objects and the results that gave them, each once. */
export interface Lineage {
  readonly root: Digest;
  readonly artifacts: ReadonlyMap<Digest, LineageArtifact>;
  readonly actions: ReadonlyMap<Digest, LineageAction>;
}

export interface LineageArtifact {
  readonly digest: Digest;
  /** The result that gave it; undefined for a file or folder of the user's. */
  readonly producer: Producer | undefined;
  /** Results of other fingerprints that gave the same bytes. */
  readonly otherProducers: number;
}

export interface LineageAction {
  readonly record: ActionRecord;
  readonly reads: readonly LineageRead[];
}

export interface LineageRead extends Omit<ReadSource, 'source'> {
  /** What it read: an object, or one value of a JSON document. */
  readonly value: { readonly kind: 'artifact'; readonly digest: Digest } | { readonly kind: 'value'; readonly value: Json; readonly document: Digest | undefined; readonly pointer: string | undefined };
}

/**
 * What a pipeline knows and a record does not: where each input of a result comes from. A record holds digests alone, so
 * without it the result that gave the same bytes before is taken, and the document behind a JSON value is unknown.
 */
export interface KnownSources {
  /** The object behind an input of a result; `fingerprint` is of the task that gave it, undefined for a path of the user's. */
  sourceOf(fingerprint: Digest, input: string, place: number): { readonly fingerprint: Digest | undefined; readonly digest: Digest; readonly pointer: string | undefined } | undefined;
}

/** Follows an artifact back to the user's files. Each result once, however many read it; safe for ten thousand in a row. */
export function lineageOf(root: Digest, index: RecordIndex, known?: KnownSources, producer?: Producer): Lineage {
  const artifacts = new Map<Digest, LineageArtifact>();
  const actions = new Map<Digest, LineageAction>();
  const first = producer ?? producerFor(root, undefined, index);
  artifacts.set(root, artifactOf(root, first, index));
  const waiting: ActionRecord[] = first ? [first.record] : [];
  for (let record = waiting.pop(); record; record = waiting.pop()) {
    if (actions.has(record.fingerprint)) continue;
    const consumer = record;
    const reads = sourcesOf(consumer).map((read): LineageRead => {
      const origin = known?.sourceOf(consumer.fingerprint, read.input, read.place ?? 0);
      const digest = 'digest' in read.source ? read.source.digest : origin?.digest;
      if (digest !== undefined && !artifacts.has(digest)) {
        const made = origin ? knownProducer(origin.fingerprint, digest, index) : producerFor(digest, consumer, index);
        artifacts.set(digest, artifactOf(digest, made, index));
        if (made) waiting.push(made.record);
      }
      const { input, place, labels, source } = read;
      return { input, place, labels, value: 'digest' in source
        ? { kind: 'artifact', digest: source.digest }
        : { kind: 'value', value: source.value, document: origin?.digest, pointer: origin?.pointer } };
    });
    actions.set(consumer.fingerprint, { record: consumer, reads });
  }
  return { root, artifacts, actions };
}

function artifactOf(digest: Digest, producer: Producer | undefined, index: RecordIndex): LineageArtifact {
  const all = new Set(index.producersOf(digest).map(({ record }) => record.fingerprint));
  return { digest, producer, otherProducers: producer ? all.size - 1 : 0 };
}

function knownProducer(fingerprint: Digest | undefined, digest: Digest, index: RecordIndex): Producer | undefined {
  return fingerprint === undefined ? undefined : index.producersOf(digest).find(({ record }) => record.fingerprint === fingerprint);
}

/**
 * Which of the results that gave these bytes the consumer read: one that had finished by then, of the same pipeline
 * where there is one, the latest. A task that copies its input is not its own producer.
 */
function producerFor(digest: Digest, consumer: ActionRecord | undefined, index: RecordIndex): Producer | undefined {
  const others = index.producersOf(digest).filter(({ record }) => record.fingerprint !== consumer?.fingerprint);
  if (!consumer) return latestOf(others);
  const earlier = others.filter(({ record }) => record.provenance.finishedAt <= consumer.provenance.finishedAt);
  return latestOf(earlier.filter(({ record }) => record.provenance.pipeline === consumer.provenance.pipeline)) ?? latestOf(earlier);
}

function latestOf(producers: readonly Producer[]): Producer | undefined {
  return producers.reduce<Producer | undefined>((latest, producer) => (latest && latest.record.provenance.finishedAt >= producer.record.provenance.finishedAt ? latest : producer), undefined);
}
