import { createReadStream } from 'node:fs';
import { fromHex, fromStream } from 'ssri';
import { TaskError } from '../engine/task-kind.js';

/** Subresource integrity of a hexadecimal digest. */
export function integrityOfHex(digest: string, algorithm: 'sha256' | 'sha512'): string {
  return fromHex(digest, algorithm).toString();
}

/** @throws {TaskError} when the file is not the one that was pinned */
export async function verifyIntegrity(file: string, integrity: string, name: string): Promise<void> {
  const algorithm = integrity.slice(0, integrity.indexOf('-'));
  const actual = await fromStream(createReadStream(file), { algorithms: [algorithm] });
  if (actual.toString() === integrity) return;
  throw new TaskError(
    `${name} is not what was pinned: its integrity is ${actual.toString()} (${actual.hexDigest()}), expected ${integrity}`,
    'do not use it unless you know why it changed',
  );
}
