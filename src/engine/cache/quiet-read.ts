import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, type Stats } from 'node:fs';
import { hasCode } from './errors.js';

/**
 * Reads a file, or its first bytes, without that counting as a use of it: the time of its last reading stays as it is,
 * where the system lets us. undefined when it is not there.
 */
export function readQuietly(path: string, bytes?: number): { readonly text: string; readonly stats: Stats } | undefined {
  const file = openQuietly(path);
  if (file === undefined) return undefined;
  try {
    const stats = fstatSync(file);
    return { stats, text: bytes === undefined ? readFileSync(file, 'utf8') : headOf(file, bytes) };
  } finally {
    closeSync(file);
  }
}

/** O_NOATIME is Linux's, and only for the file's owner. */
function openQuietly(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | noAccessTime);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (hasCode(error, 'EPERM')) return openSync(path, 'r');
    throw error;
  }
}

const noAccessTime = process.platform === 'linux' ? constants.O_NOATIME : 0;

function headOf(file: number, bytes: number): string {
  const buffer = Buffer.alloc(bytes);
  return buffer.subarray(0, readSync(file, buffer, 0, bytes, 0)).toString('utf8');
}
