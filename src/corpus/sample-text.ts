import { readCorpusIndex, readDocuments, type Document } from './corpus.js';
import { placeOf } from './document-order.js';

/** Places are 48-bit. */
const places = 2 ** 48;

/**
 * Streams about `bytesPerLanguage` of each language's documents, and never more, in the order of the corpora. Memory does not
 * grow with the corpora: a document is taken when its seeded place is in the share that is wanted.
 */
export async function* sampleDocuments(corpora: readonly string[], bytesPerLanguage: number, seed: number): AsyncGenerator<Document> {
  const available = new Map<string, number>();
  for (const corpus of corpora) {
    const { languages } = await readCorpusIndex(corpus);
    for (const [language, { bytes }] of Object.entries(languages)) available.set(language, (available.get(language) ?? 0) + bytes);
  }
  const taken = new Map<string, number>();
  for (const corpus of corpora) {
    for await (const document of readDocuments(corpus)) {
      const share = bytesPerLanguage / (available.get(document.language) ?? 1);
      if (placeOf(seed, 'sample', document.id) >= share * places) continue;
      const total = (taken.get(document.language) ?? 0) + Buffer.byteLength(document.text);
      if (total > bytesPerLanguage) continue;
      taken.set(document.language, total);
      yield document;
    }
  }
}
