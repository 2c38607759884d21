import { readFileSync } from 'node:fs';

export interface PageFile {
  readonly mediaType: string;
  readonly body: Buffer;
}

const mediaTypes = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

/** The page, as the build leaves it beside the compiled server (scripts/page.mjs); by request path. */
export function readPageFiles(directory = new URL('./page/', import.meta.url)): ReadonlyMap<string, PageFile> {
  const files = Object.entries(mediaTypes).map(([name, mediaType]): [string, PageFile] => [`/${name}`, { mediaType, body: readFileSync(new URL(name, directory)) }]);
  const pages = new Map(files);
  const index = pages.get('/index.html');
  return index ? pages.set('/', index) : pages;
}
