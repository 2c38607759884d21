import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './atomic-write.js';
import { hasCode } from './errors.js';
import { Layout, namesIn } from './layout.js';

/** A folder's time moves with every file that comes or goes; one that moved just now may still move within the same tick. */
const SETTLED_AFTER_MS = 2_000;

type Usage = Readonly<Record<string, { readonly mtimeMs: number; readonly bytes: number }>>;

/**
 * Bytes in `objects/`. Cheap to ask after every run: of the 256 folders only those are looked through again in which
 * something came or went since the last time.
 */
export async function bytesStored(directory: string, now: number): Promise<number> {
  const layout = new Layout(directory);
  const { root, usage: file } = layout;
  const known = readUsage(file);
  const usage: Record<string, { mtimeMs: number; bytes: number }> = {};
  for (const name of namesIn(join(root, 'objects'))) {
    const folder = join(root, 'objects', name);
    const { mtimeMs } = statSync(folder);
    const remembered = known[name];
    usage[name] = remembered?.mtimeMs === mtimeMs ? remembered : { mtimeMs, bytes: bytesIn(folder) };
  }
  const settled = Object.fromEntries(Object.entries(usage).filter(([, { mtimeMs }]) => mtimeMs < now - SETTLED_AFTER_MS));
  if (JSON.stringify(settled) !== JSON.stringify(known)) await replaceFile({ layout, durability: 'fast', hardLinks: true }, file, JSON.stringify(settled)).catch(() => undefined);
  return Object.values(usage).reduce((sum, { bytes }) => sum + bytes, 0);
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

function readUsage(file: string): Usage {
  try {
    const usage = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    return typeof usage === 'object' && usage !== null ? usage as Usage : {};
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return {};
    throw error;
  }
}
