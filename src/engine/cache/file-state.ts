import { statSync, type Stats } from 'node:fs';

/** What a file looks like: while that stays, nobody has written to it. Not ctime: a link to it changes that. */
export function stateText({ ino, size, mtimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs}`;
}

/** The same of a path, links followed; null when nothing is there. */
export function stateOf(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? stateText(stats) : null;
}
