import type { StoredObject } from '../action-record.js';
import type { Json } from '../json.js';
import { CorruptObjectError, type ContentStore } from '../store.js';

/** A number in a JSON document, by its JSON pointer. */
export type Metrics = ReadonlyMap<string, number>;

/** Larger documents are data, not measurements. */
const largestDocumentBytes = 4 * 2 ** 20;

/**
 * The numeric leaves of a stored JSON document. Nothing for what is no JSON document: a tree, a large or damaged file,
 * another format.
 */
export async function metricsOf(store: ContentStore, object: StoredObject | undefined): Promise<Metrics> {
  const document = object && await documentOf(store, object);
  const metrics = new Map<string, number>();
  if (document !== undefined) collect(document, metrics);
  return metrics;
}

async function documentOf(store: ContentStore, object: StoredObject): Promise<Json | undefined> {
  if (object.type === 'tree' || object.bytes > largestDocumentBytes) return undefined;
  try {
    return JSON.parse((await store.read(object)).toString('utf8')) as Json;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof CorruptObjectError) return undefined;
    throw error;
  }
}

/** Without recursion: a document may be nested more deeply than the stack. */
function collect(document: Json, metrics: Map<string, number>): void {
  const waiting: [pointer: string, value: Json][] = [['', document]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [pointer, value] = next;
    if (typeof value === 'number') metrics.set(pointer, value);
    if (typeof value !== 'object' || value === null) continue;
    const inside = Object.entries(value).map(([key, child]): [string, Json] => [`${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, child]);
    waiting.push(...inside.reverse());
  }
}
