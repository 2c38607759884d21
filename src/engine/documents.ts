import type { Digest, StoredObject } from './action-record.js';
import type { Json } from './json.js';
import type { ContentStore } from './store.js';

export type ValueResult =
  | { readonly kind: 'ok'; readonly value: Json }
  | { readonly kind: 'invalid'; readonly message: string };

/**
 * JSON documents in the store, each parsed once: many tasks may read one value each of the same artifact.
 * Rejects with CorruptObjectError as the store does.
 */
export class Documents {
  readonly #parsed = new Map<Digest, Promise<ValueResult>>();

  constructor(private readonly store: ContentStore) {}

  /** The value at a JSON pointer (RFC 6901) of a stored file. */
  async valueAt(object: StoredObject, pointer: string): Promise<ValueResult> {
    const document = await this.#parse(object);
    if (document.kind === 'invalid') return document;
    const value = valueAtPointer(document.value, pointer);
    return value === undefined
      ? { kind: 'invalid', message: `there is no value at "#${pointer}"` }
      : { kind: 'ok', value };
  }

  #parse(object: StoredObject): Promise<ValueResult> {
    const known = this.#parsed.get(object.digest);
    if (known) return known;
    const parsed = parse(this.store, object);
    this.#parsed.set(object.digest, parsed);
    // A corrupt object is remade and then read again.
    parsed.catch(() => this.#parsed.delete(object.digest));
    return parsed;
  }
}

async function parse(store: ContentStore, object: StoredObject): Promise<ValueResult> {
  if (object.type === 'tree') return { kind: 'invalid', message: 'it is a folder, not a JSON document' };
  const text = (await store.read(object)).toString('utf8');
  try {
    return { kind: 'ok', value: JSON.parse(text) as Json };
  } catch (error) {
    return { kind: 'invalid', message: `it is not JSON: ${(error as Error).message}` };
  }
}

/** Undefined where the document has no such value. */
export function valueAtPointer(document: Json, pointer: string): Json | undefined {
  let value: Json | undefined = document;
  for (const token of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    value = Object.hasOwn(value, key) ? (value as Record<string, Json>)[key] : undefined;
  }
  return value;
}
