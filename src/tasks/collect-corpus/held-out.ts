import { orderOf, placeOf } from '../../corpus/document-order.js';

/** A kept document, without its text. */
export interface CollectedFile { readonly origin: string; readonly path: string; readonly bytes: number }

/**
 * The group of each file: its source and the first name after the folders that all files of the source share
 * (`json` for `python_stdlib.zip/json/decoder.py`). Files of one group are alike, so a group is held out whole.
 */
export function groupsOf(files: readonly CollectedFile[]): string[] {
  const shared = new Map<string, readonly string[]>();
  for (const { origin, path } of files) {
    const folders = path.split('/').slice(0, -1);
    const before = shared.get(origin);
    shared.set(origin, before === undefined ? folders : before.slice(0, commonLength(before, folders)));
  }
  return files.map(({ origin, path }) => `${origin}#${path.split('/').slice(0, (shared.get(origin)?.length ?? 0) + 1).join('/')}`);
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const different = a.findIndex((name, index) => name !== b[index]);
  return different === -1 ? a.length : different;
}

/** Chooses groups in a seeded order while they fit into the share of all bytes; one that does not fit is passed over. */
export function heldOutGroups(files: readonly CollectedFile[], groups: readonly string[], share: number, seed: number): ReadonlySet<string> {
  const sizes = new Map<string, number>();
  files.forEach(({ bytes }, index) => {
    const group = groups[index] ?? '';
    sizes.set(group, (sizes.get(group) ?? 0) + bytes);
  });
  const names = [...sizes.keys()].sort();
  const budget = share * files.reduce((sum, { bytes }) => sum + bytes, 0);
  const chosen = new Set<string>();
  let total = 0;
  for (const index of orderOf(names.map((name) => placeOf(seed, 'hold out', name)))) {
    const name = names[index] ?? '';
    const size = sizes.get(name) ?? 0;
    if (total + size > budget) continue;
    chosen.add(name);
    total += size;
  }
  return chosen;
}
