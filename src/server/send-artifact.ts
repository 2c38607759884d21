import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { pipeline as streamTo } from 'node:stream/promises';
import type { ContentStore } from '../engine/store.js';
import { shownBytes } from './api.js';
import type { Artifact } from './artifact.js';
import { fileKind, isJson } from './file-kinds.js';
import { indentedJson } from './indented-json.js';

/**
 * Nothing that a task wrote may run a script, call home or act in our name: an origin of its own (`sandbox`), its own styles and
 * the pictures inside it, and only our page may frame it.
 */
const artifactPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:; "
  + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** @param asDownload the whole file, whatever it is, for the disk. @throws CorruptObjectError */
export async function sendArtifact(response: ServerResponse, store: ContentStore, { object, fileName }: Artifact, asDownload: boolean): Promise<void> {
  const { shownAs, mediaType } = fileKind(fileName);
  response.setHeader('content-security-policy', artifactPolicy);
  // Of one digest there is only one content.
  response.setHeader('cache-control', 'private, max-age=31536000, immutable');
  if (asDownload || shownAs === 'download') {
    response.setHeader('content-type', 'application/octet-stream');
    response.setHeader('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(fileName.split('/').at(-1) ?? 'artifact')}`);
    return stream(response, await pathOf(store, object));
  }
  response.setHeader('content-type', mediaType);
  if (isJson(fileName) && object.bytes <= shownBytes) return void response.end(indentedJson((await store.read(object)).toString('utf8')));
  return stream(response, await pathOf(store, object), shownAs === 'text' ? shownBytes : undefined);
}

/** A log is known by its digest alone, so its size is not compared. */
async function pathOf(store: ContentStore, object: Artifact['object']): Promise<string> {
  const bytes = object.bytes === 0 ? (await store.read(object)).length : object.bytes;
  return store.open({ ...object, bytes });
}

async function stream(response: ServerResponse, path: string, limit?: number): Promise<void> {
  try {
    await streamTo(createReadStream(path, limit === undefined ? {} : { end: limit - 1 }), response);
  } catch (error) {
    // The reader went away.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
