import { accessSync, constants } from 'node:fs';
import { relative, isAbsolute } from 'node:path';

/** The cache directory was written by another version of the layout, or is no cache. Never migrated in place. */
export class CacheFormatError extends Error {
  override readonly name = 'CacheFormatError';
  constructor(readonly directory: string, readonly problem: string) {
    super(`${directory} is not a cache that this version can use: ${problem}`);
  }
}

/** A file or tree that cannot be content: a device, a link that leads out, a file that cannot be read. */
export class UnstorableError extends Error {
  override readonly name = 'UnstorableError';
  constructor(readonly path: string, readonly problem: string) {
    super(`${path} cannot be stored: ${problem}`);
  }
}

/** No space, or no quota, is left where the cache is. Nothing partial stays behind. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
  constructor(readonly directory: string, options?: ErrorOptions) {
    super(`the disk of the cache directory ${directory} is full`, options);
  }
}

/** The disk of the cache directory gives errors: it is failing, or the connection to it is. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
  constructor(readonly directory: string, problem: string, options?: ErrorOptions) {
    super(`the disk of the cache directory ${directory} gives errors: ${problem}`, options);
  }
}

/** Something had to be written to a cache directory that this process may only read. */
export class ReadOnlyCacheError extends Error {
  override readonly name = 'ReadOnlyCacheError';
  constructor(readonly directory: string, options?: ErrorOptions) {
    super(`the cache directory ${directory} is read-only`, options);
  }
}

/** Gives the file system's expected failures their names; everything else passes as it is. */
export async function naming<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw named(directory, error);
  }
}

/** The same error, or one with a name. */
export function named(directory: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new DiskFullError(directory, { cause: error });
    case 'EROFS':
      return new ReadOnlyCacheError(directory, { cause: error });
    case 'EIO':
    case 'ESTALE':
      return new DiskError(directory, error.message, { cause: error });
    case 'ENAMETOOLONG':
      return new UnstorableError(error.path ?? directory, 'its name is too long for the file system');
    case 'EACCES':
    case 'EPERM':
      return isUnreadable(directory, error.path)
        ? new UnstorableError(error.path, 'permission denied')
        : new ReadOnlyCacheError(directory, { cause: error });
    default:
      return error;
  }
}

function isUnreadable(directory: string, path: string | undefined): path is string {
  if (path === undefined || isInside(directory, path)) return false;
  try {
    accessSync(path, constants.R_OK);
    return false;
  } catch {
    return true;
  }
}

/** Whether `path` is `directory` or below it. Both absolute, or both relative to the working directory. */
export function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way === '' || (way !== '..' && !/^\.\.[/\\]/.test(way) && !isAbsolute(way));
}

/** An error of the operating system: it has a code such as ENOENT. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return isSystemError(error) && codes.includes(error.code ?? '');
}
