import { constants, lstatSync, type Stats } from 'node:fs';
import { access, lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../action-record.js';
import { canonicalJson } from '../fingerprint.js';
import { hasCode, isInside, UnstorableError } from './errors.js';

/**
 * A line of a tree's listing. Names are paths below the root with `/`; folders are implied by them, so only an
 * empty folder (`d`) has a line of its own. Of a file's mode only whether it is executable (`x`) is content.
 */
export type TreeEntry =
  | { readonly name: string; readonly mode: 'x' | '-'; readonly digest: Digest; readonly bytes: number }
  | { readonly name: string; readonly mode: 'd' };

export type FileEntry = Extract<TreeEntry, { mode: 'x' | '-' }>;

const LISTING_TAG = 'pipelines/tree/v1\n';

/** The bytes whose digest is the tree's. Equal trees have equal listings, in whatever order they were walked. */
export function listingOf(entries: readonly TreeEntry[]): string {
  return LISTING_TAG + canonicalJson([...entries].sort((one, other) => (one.name < other.name ? -1 : 1)));
}

/** Reads a listing back; undefined when it is none, or when a name in it could lead out of the tree. */
export function parseListing(text: string): readonly TreeEntry[] | undefined {
  if (!text.startsWith(LISTING_TAG)) return undefined;
  try {
    const entries: unknown = JSON.parse(text.slice(LISTING_TAG.length));
    return Array.isArray(entries) && entries.every(isTreeEntry) && fitTogether(entries) ? entries : undefined;
  } catch {
    return undefined;
  }
}

export function filesOf(entries: readonly TreeEntry[]): FileEntry[] {
  return entries.filter((entry): entry is FileEntry => entry.mode !== 'd');
}

export function bytesOf(entries: readonly TreeEntry[]): number {
  return filesOf(entries).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** A relative path with `/` that stays below its root on every system: no `..`, no drive, no NUL, no backslash. */
export function isSafeName(name: string): boolean {
  return !/[\\\0]|^[A-Za-z]:/.test(name) && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function isTreeEntry(entry: unknown): entry is TreeEntry {
  if (typeof entry !== 'object' || entry === null) return false;
  const { name, mode, digest, bytes } = entry as Record<string, unknown>;
  if (typeof name !== 'string' || !isSafeName(name)) return false;
  if (mode === 'd') return true;
  return (mode === 'x' || mode === '-') && typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest)
    && Number.isSafeInteger(bytes) && (bytes as number) >= 0;
}

/** No name twice, and none below a name that is a file. */
function fitTogether(entries: readonly TreeEntry[]): boolean {
  const names = new Set(entries.map(({ name }) => name));
  if (names.size < entries.length) return false;
  return entries.every(({ name }) => {
    for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
      if (names.has(name.slice(0, slash))) return false;
    }
    return true;
  });
}

/** What a walk finds: where the bytes of each name are. Two names have one path when one is a link to the other. */
export type WalkedEntry =
  | { readonly name: string; readonly mode: 'x' | '-'; readonly path: string; readonly stats: Stats }
  | { readonly name: string; readonly mode: 'd' };

/**
 * Everything below a folder. A symbolic link that stays inside stands for what it points to; one that leaves, points
 * nowhere or to a folder around it is refused, as is what is neither file nor folder. @throws UnstorableError
 */
export async function walkTree(folder: string): Promise<WalkedEntry[]> {
  const root = await realpath(folder);
  const found: WalkedEntry[] = [];
  await walkFolder({ root, found, linked: LINKED_NAMES }, root, '', [root]);
  return found;
}

/** Folders that link to each other can stand for more names than there are atoms. */
const LINKED_NAMES = 100_000;

interface Walk {
  readonly root: string;
  readonly found: WalkedEntry[];
  /** How many names may still be reached through links. */
  linked: number;
}

/** `around` are the real paths of the folders that we are in, links resolved. */
async function walkFolder(walk: Walk, folder: string, name: string, around: readonly string[]): Promise<void> {
  const children = (await readdir(folder)).sort();
  if (children.length === 0 && name !== '') walk.found.push({ name, mode: 'd' });
  for (const [index, child] of children.entries()) {
    const path = join(folder, child);
    if (child === children[index + 1]) throw new UnstorableError(path, 'two names become this one, for they are not UTF-8');
    const childName = name === '' ? child : `${name}/${child}`;
    if (!isSafeName(childName)) throw new UnstorableError(path, 'its name is not portable');
    await walkEntry(walk, path, childName, around);
  }
}

async function walkEntry(walk: Walk, path: string, name: string, around: readonly string[]): Promise<void> {
  const { path: real, stats } = await resolved(walk.root, path);
  if (real !== join(walk.root, name) && (walk.linked -= 1) < 0) throw new UnstorableError(path, `symbolic links to folders lead to more than ${LINKED_NAMES} names`);
  if (stats.isDirectory()) {
    if (around.includes(real)) throw new UnstorableError(path, 'it is a symbolic link to a folder around it');
    return walkFolder(walk, real, name, [...around, real]);
  }
  if (!stats.isFile()) throw new UnstorableError(path, `it is ${describe(stats)}, not a file or folder`);
  walk.found.push({ name, mode: (stats.mode & constants.S_IXUSR) === 0 ? '-' : 'x', path: real, stats });
}

async function resolved(root: string, path: string): Promise<{ path: string; stats: Stats }> {
  const stats = await lstat(path).catch((error: unknown) => {
    // Node shows a name that is not UTF-8 with replacement characters, and no such file exists.
    throw hasCode(error, 'ENOENT') ? new UnstorableError(path, 'its name is not UTF-8, or it vanished meanwhile') : error;
  });
  if (!stats.isSymbolicLink()) return { path, stats };
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) throw new UnstorableError(path, 'it is a symbolic link to nothing');
  if (!isInside(root, target)) throw new UnstorableError(path, 'it is a symbolic link that leaves its folder');
  return { path: target, stats: await stat(target) };
}

/** A file or folder that the user named: links are followed. @throws UnstorableError */
export async function statInput(path: string): Promise<Stats> {
  const stats = await stat(path).catch((error: unknown) => {
    throw hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP') ? new UnstorableError(path, 'it does not exist') : error;
  });
  if (!stats.isFile() && !stats.isDirectory()) throw new UnstorableError(path, `it is ${describe(stats)}, not a file or folder`);
  await access(path, constants.R_OK);
  return stats;
}

/** A file or folder that a task wrote: it must be one itself, not lead to one. @throws UnstorableError */
export function statOutput(path: string): Stats {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) throw new UnstorableError(path, 'it does not exist');
  if (!stats.isFile() && !stats.isDirectory()) throw new UnstorableError(path, `it is ${describe(stats)}, not a file or folder`);
  return stats;
}

function describe(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isSocket()) return 'a socket';
  if (stats.isFIFO()) return 'a named pipe';
  return 'a device';
}
