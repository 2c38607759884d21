import { extname } from 'node:path';
import type { ShownAs } from './api.js';

interface FileKind {
  readonly shownAs: ShownAs;
  readonly mediaType: string;
}

const plainText: FileKind = { shownAs: 'text', mediaType: 'text/plain; charset=utf-8' };
const unknownBytes: FileKind = { shownAs: 'download', mediaType: 'application/octet-stream' };

const byExtension: Readonly<Record<string, FileKind>> = {
  '.html': { shownAs: 'page', mediaType: 'text/html; charset=utf-8' },
  '.htm': { shownAs: 'page', mediaType: 'text/html; charset=utf-8' },
  '.svg': { shownAs: 'picture', mediaType: 'image/svg+xml' },
  '.png': { shownAs: 'picture', mediaType: 'image/png' },
  '.jpg': { shownAs: 'picture', mediaType: 'image/jpeg' },
  '.jpeg': { shownAs: 'picture', mediaType: 'image/jpeg' },
  '.gif': { shownAs: 'picture', mediaType: 'image/gif' },
  '.webp': { shownAs: 'picture', mediaType: 'image/webp' },
};

const textExtensions: ReadonlySet<string> = new Set([
  '.txt', '.log', '.md', '.json', '.jsonl', '.ndjson', '.yaml', '.yml', '.toml', '.csv', '.tsv', '.xml', '.ini',
  '.py', '.php', '.cs', '.go', '.cpp', '.cc', '.h', '.hpp', '.c', '.js', '.ts', '.sh', '.r', '.tex', '.diff', '.patch',
]);

/** By the name the pipeline gives it; what a browser would guess from the bytes never counts. */
export function fileKind(fileName: string): FileKind {
  const extension = extname(fileName).toLowerCase();
  return byExtension[extension] ?? (textExtensions.has(extension) ? plainText : unknownBytes);
}

export function isJson(fileName: string): boolean {
  return extname(fileName).toLowerCase() === '.json';
}
