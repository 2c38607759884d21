import { writeFile } from 'node:fs/promises';
import type { RunTask, TaskContext } from '../../engine/task-kind.js';
import { readLocatedDocuments, type Document } from '../../corpus/corpus.js';
import { streamTokens, tokenizedDocuments } from '../../corpus/tokenized-documents.js';
import { loadTokenizer } from '../../corpus/tokenizer.js';

interface LanguageRow {
  readonly language: string;
  /** "Instances" in Table 1: documents. */
  instances: number;
  /** UTF-8 bytes of text. */
  bytes: number;
  /** End-of-text included; null without a tokenizer. */
  tokens: number | null;
}

interface ShareRow { readonly language: string; readonly name: string; documents: number; bytes: number }

/** A licence or an origin that documents do not state. */
const unstated = 'unstated';

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
  const statistics = {
    languages: byLanguage,
    ...(context.inputs('tokenizer').length === 0 ? { reason: 'tokens are null: no tokenizer was given' } : {}),
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
