import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';

/**
 * What of a Linux machine belongs to no user: programs, libraries, their settings and caches. Distributions keep their own
 * stores (/nix, /gnu); pdflatex wants its formats, from /var/lib. A test of this list is that `pdflatex`, `R`, `java` and `gcc` work.
 */
const systemFolders = [
  '/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/etc', '/opt', '/nix', '/gnu', '/snap', '/sys',
  '/run/current-system', '/var/lib/texmf', '/var/cache/fontconfig',
] as const;

/** A folder of the system, or since /usr was merged often a link: `/bin` to `usr/bin`. */
export type SystemFolder = { readonly path: string; readonly link?: string };

let known: readonly SystemFolder[] | undefined;

/** The folders of the system that are there. Looked up once: they do not come and go while we run. */
export function systemFoldersHere(): readonly SystemFolder[] {
  return known ??= systemFolders.flatMap((path): SystemFolder[] => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found) return [];
    return [found.isSymbolicLink() ? { path, link: readlinkSync(path) } : { path }];
  });
}

const installations = new Map<string, readonly string[]>();

/** Folders outside the system's that programs on a PATH need: those of `~/.nvm`, a virtual environment, `node_modules/.bin`. */
export function foldersOfPath(path: string, home: string): readonly string[] {
  const key = `${home}\n${path}`;
  const found = installations.get(key) ?? outermost(path.split(delimiter).flatMap((folder) => installationsOf(folder, home)));
  installations.set(key, found);
  return found;
}

function installationsOf(folder: string, home: string): string[] {
  if (!isAbsolute(folder) || isOfSystem(folder) || !existsSync(folder)) return [];
  // A virtual environment's python, say, is a link to the installation that it was made from.
  const linked = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink())
    .flatMap((entry) => realPath(join(folder, entry.name)) ?? [])
    .filter((target) => !isOfSystem(target))
    .map((target) => installationOf(dirname(target), home));
  return [installationOf(folder, home), ...linked];
}

/** `~/.nvm/versions/node/v20/bin` works only with the `lib` beside it; `~/.cargo/bin` has none, and what is beside it is the user's. */
function installationOf(folder: string, home: string): string {
  const parent = dirname(folder);
  if (basename(parent) === 'node_modules') return parent;
  const isUsers = `${home}/`.startsWith(`${parent}/`) || basename(parent) === '.local' || parent === '/';
  if (isUsers || !/^(s?bin|shims)$/.test(basename(folder))) return folder;
  return ['lib', 'lib64', 'libexec', 'pyvenv.cfg'].some((name) => existsSync(join(parent, name))) ? parent : folder;
}

function isOfSystem(path: string): boolean {
  return systemFolders.some((folder) => isWithin(path, folder));
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? folder : `${folder}/`);
}

/** Without what lies in another. */
function outermost(folders: readonly string[]): string[] {
  const unique = [...new Set(folders)];
  return unique.filter((folder) => !unique.some((other) => other !== folder && isWithin(folder, other)));
}

/** Undefined for a link to nowhere. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
