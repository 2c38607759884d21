import { writeFile } from 'node:fs/promises';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import { readLocatedDocuments, type Document } from '../../corpus/corpus.js';
import { streamTokens, type TokenCount } from '../../corpus/language-tokens.js';
import { readTokenizedCorpusIndex } from '../../corpus/tokenized-corpus.js';
import { tokenizedDocuments } from '../../corpus/tokenized-documents.js';
import { loadTokenizer } from '../../corpus/tokenizer.js';

interface LanguageRow {
  readonly language: string;
  /** "Instances" in Table 1: documents. */
  instances: number;
  /** UTF-8 bytes of text. */
  bytes: number;
  /** End-of-text included; null when nothing says how many. */
  tokens: number | null;
}

interface ShareRow { readonly language: string; readonly name: string; documents: number; bytes: number }

/** A licence or an origin that documents do not state. */
const unstated = 'unstated';

/** @throws {TaskError} when the tokenized corpora are not the corpora, or of several tokenizers */
export const run: RunTask = async (context) => {
  const languages = new Map<string, LanguageRow>();
  const licences = new Map<string, ShareRow>();
  const sources = new Map<string, ShareRow>();
  let seen = 0;
  for await (const { document, tokens } of countedDocuments(context)) {
    const bytes = Buffer.byteLength(document.text);
    const row = languages.get(document.language) ?? { language: document.language, instances: 0, bytes: 0, tokens: tokens === null ? null : 0 };
    row.instances += 1;
    row.bytes += bytes;
    if (row.tokens !== null) row.tokens += tokens ?? 0;
    languages.set(document.language, row);
    count(licences, document, document.licence ?? unstated, bytes);
    count(sources, document, document.origin ?? unstated, bytes);
    seen += 1;
    if (seen % 1_000 === 0) context.signal.throwIfAborted();
  }
  const byLanguage = [...languages.values()].sort((a, b) => (a.language < b.language ? -1 : 1));
  if (context.inputs('tokenized').length > 0) setTokens(byLanguage, await tokenizedCounts(context));
  const statistics = {
    languages: byLanguage,
    ...(context.inputs('tokenizer').length + context.inputs('tokenized').length === 0 ? { reason: 'tokens are null: no tokenizer was given' } : {}),
    licences: largestFirst(licences), sources: largestFirst(sources),
  };
  await writeFile(context.output('statistics'), `${JSON.stringify(statistics, null, 2)}\n`);
  const rows = byLanguage.map(({ language, instances, bytes, tokens }) => [csvField(language), instances, bytes, tokens ?? ''].join(','));
  await writeFile(context.output('table'), `${['language,instances,bytes,tokens', ...rows].join('\n')}\n`);
};

async function* countedDocuments(context: TaskContext): AsyncGenerator<{ document: Document; tokens: number | null }> {
  const [artifact] = context.inputs('tokenizer');
  const tokenizer = artifact === undefined ? undefined : await loadTokenizer(artifact.path);
  for (const { path } of context.inputs('corpora')) {
    const documents = readLocatedDocuments(path);
    if (tokenizer === undefined) {
      for await (const { document } of documents) yield { document, tokens: null };
    } else {
      for await (const { source, tokens } of tokenizedDocuments(documents, tokenizer)) yield { document: source.document, tokens: streamTokens(tokens) };
    }
  }
}

/** What the indexes of tokenized corpora count, together. */
async function tokenizedCounts(context: TaskContext): Promise<Map<string, TokenCount>> {
  if (context.inputs('tokenizer').length > 0) throw new TaskError('both `tokenizer` and `tokenized` are to give tokens', 'remove one of them');
  const counts = new Map<string, TokenCount>();
  const tokenizers = new Set<string>();
  for (const { path } of context.inputs('tokenized')) {
    const { tokenizer, languages } = await readTokenizedCorpusIndex(path);
    tokenizers.add(tokenizer);
    for (const [language, { documents, tokens }] of Object.entries(languages)) {
      const before = counts.get(language) ?? { documents: 0, tokens: 0 };
      counts.set(language, { documents: before.documents + documents, tokens: before.tokens + tokens });
    }
  }
  if (tokenizers.size > 1) throw new TaskError(`the tokenized corpora are of ${tokenizers.size} tokenizers`, 'tokenize all of them with one');
  return counts;
}

function setTokens(rows: readonly LanguageRow[], counts: ReadonlyMap<string, TokenCount>): void {
  for (const row of rows) {
    const { documents, tokens } = counts.get(row.language) ?? { documents: 0, tokens: 0 };
    if (documents !== row.instances) {
      throw new TaskError(`the corpora have ${row.instances} documents in ${row.language}, the tokenized ones ${documents}`, 'give what tokenize-corpus made of each of the corpora');
    }
    row.tokens = tokens;
  }
}

function count(rows: Map<string, ShareRow>, { language }: Document, name: string, bytes: number): void {
  const key = JSON.stringify([language, name]);
  const row = rows.get(key) ?? { language, name, documents: 0, bytes: 0 };
  row.documents += 1;
  row.bytes += bytes;
  rows.set(key, row);
}

function largestFirst(rows: ReadonlyMap<string, ShareRow>): ShareRow[] {
  return [...rows.values()].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

/** RFC 4180. */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
