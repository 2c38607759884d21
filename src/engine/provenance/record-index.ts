import type { ActionRecord, Digest, PreimageSource } from '../action-record.js';
import type { ActionCache } from '../store.js';

/** A result that has an object among its outputs. */
export interface Producer {
  readonly record: ActionRecord;
  readonly output: string;
}

/** Which results gave, and which read, an object: from one pass over the records, ten thousand in a fraction of a second. */
export class RecordIndex {
  readonly #producers = new Map<Digest, Producer[]>();
  readonly #read = new Set<Digest>();
  readonly #records = new Map<Digest, ActionRecord>();

  static async of(actions: Pick<ActionCache, 'records'>): Promise<RecordIndex> {
    const index = new RecordIndex();
    for await (const record of actions.records()) index.#add(record);
    return index;
  }

  record(fingerprint: Digest): ActionRecord | undefined {
    return this.#records.get(fingerprint);
  }

  producersOf(digest: Digest): readonly Producer[] {
    return this.#producers.get(digest) ?? [];
  }

  /** Whether any result gave or read it. */
  knows(digest: Digest): boolean {
    return this.#producers.has(digest) || this.#read.has(digest);
  }

  /** Digests of objects that begin so. */
  startingWith(prefix: string): readonly Digest[] {
    return [...new Set([...this.#producers.keys(), ...this.#read])].filter((digest) => digest.startsWith(prefix));
  }

  #add(record: ActionRecord): void {
    this.#records.set(record.fingerprint, record);
    for (const [output, { digest }] of Object.entries(record.outputs)) {
      const producers = this.#producers.get(digest);
      if (producers) producers.push({ record, output });
      else this.#producers.set(digest, [{ record, output }]);
    }
    for (const { source } of sourcesOf(record)) if ('digest' in source) this.#read.add(source.digest);
  }
}

/** One thing that a result read: `place` counts the sources of a fan-in, and is undefined where there is but one. */
export interface ReadSource {
  readonly input: string;
  readonly place: number | undefined;
  readonly labels: Readonly<Record<string, string | number | boolean | null>>;
  readonly source: PreimageSource;
}

/** Everything that a result read, in the order of its inputs. */
export function sourcesOf({ preimage }: ActionRecord): readonly ReadSource[] {
  return Object.entries(preimage.inputs).flatMap(([input, read]): ReadSource[] => {
    if (!Array.isArray(read)) return [{ input, place: undefined, labels: {}, source: read as PreimageSource }];
    return (read as Extract<typeof read, readonly unknown[]>).map(({ labels, ...source }, place) => ({ input, place, labels, source }));
  });
}
