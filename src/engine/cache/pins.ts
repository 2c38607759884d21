import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../action-record.js';
import { replaceFile } from './atomic-write.js';
import { hasCode, naming } from './errors.js';
import { isDigest, Layout, namesIn } from './layout.js';

/** Results that no collection takes, under a name of the user's: a thesis, a figure, a release. */
export interface Pin {
  readonly name: string;
  readonly pipeline: string;
  /** ISO 8601. */
  readonly pinnedAt: string;
  /** Task id -> fingerprint. */
  readonly results: Readonly<Record<string, Digest>>;
}

/** What a pin may be called; it becomes a file's name. */
export const PIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Replaces a pin of the same name. @throws DiskFullError, ReadOnlyCacheError */
export async function writePin(directory: string, pin: Pin): Promise<void> {
  const layout = new Layout(directory);
  await naming(directory, async () => {
    mkdirSync(join(directory, 'pins'), { recursive: true });
    await replaceFile({ layout, durability: 'safe', hardLinks: true }, layout.pin(pin.name), `${JSON.stringify(pin, null, 2)}\n`);
  });
}

/** False when there is no such pin. @throws ReadOnlyCacheError */
export function removePin(directory: string, name: string): Promise<boolean> {
  return naming(directory, () => Promise.resolve(removed(new Layout(directory).pin(name))));
}

/** In the order of their names. */
export function pinsIn(directory: string): readonly Pin[] {
  const folder = join(directory, 'pins');
  return namesIn(folder).filter((name) => name.endsWith('.json')).sort().map((name) => readPin(join(folder, name)));
}

/** A pin that cannot be read is an error: to take it for none would let go of what somebody wanted kept. */
function readPin(path: string): Pin {
  const pin = JSON.parse(readFileSync(path, 'utf8')) as Partial<Pin> | null;
  if (typeof pin?.name !== 'string' || typeof pin.results !== 'object' || !Object.values(pin.results).every(isDigest)) throw new SyntaxError(`${path} is no pin`);
  return pin as Pin;
}

function removed(path: string): boolean {
  try {
    rmSync(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
