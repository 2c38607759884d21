import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Digest } from '../action-record.js';
import { replaceWhole } from '../cache/atomic-write.js';
import { isDigest } from '../cache/layout.js';
import { isSettled, statText } from '../cache/stat-cache.js';
import { installedVersion, type BundledCode } from '../code-digest.js';
import { digestOf } from '../fingerprint.js';
import type { TaskKind } from '../task-kind.js';

/** A kind without its functions and its place: what it declares. */
export type Declaration = Omit<TaskKind, 'name' | 'implementation' | 'expand'>;

export interface RememberedKind {
  readonly code: BundledCode;
  readonly codeDigest: Digest;
  readonly declaration: Declaration;
  /** Its `expand` is in the module only. */
  readonly expands: boolean;
}

/**
 * What the modules of own kinds came to the last time, with the content they came from: while that is the same, a kind is
 * known without the bundler, and without running its module. Disposable: losing it costs a bundle, never a wrong digest.
 */
export class RememberedCode {
  /** @param folder in the cache directory; one file a module is kept in it */
  constructor(private readonly folder: string) {}

  /** Undefined when nothing is known, or a file or package of it is not what it was. */
  recall(entry: string): RememberedKind | undefined {
    const kind = this.#read(entry);
    if (kind === undefined || changedFileOf(kind.code) !== undefined) return undefined;
    return Object.entries(kind.code.packages).every(([name, version]) => installedVersion(name, dirname(entry)) === version) ? kind : undefined;
  }

  /** Never an error: what cannot be written is bundled again next time. */
  remember(entry: string, kind: RememberedKind): void {
    try {
      mkdirSync(this.folder, { recursive: true });
      replaceWhole(this.#fileOf(entry), JSON.stringify({ madeBy: madeBy(), kind }));
    } catch {
      return;
    }
  }

  #read(entry: string): RememberedKind | undefined {
    try {
      const remembered = JSON.parse(readFileSync(this.#fileOf(entry), 'utf8')) as { readonly madeBy: string; readonly kind: RememberedKind };
      const { code, codeDigest } = remembered.kind;
      const usable = remembered.madeBy === madeBy() && isDigest(code.bundle) && isDigest(codeDigest) && Object.keys(code.files).length > 0;
      return usable ? remembered.kind : undefined;
    } catch {
      return undefined;
    }
  }

  #fileOf(entry: string): string {
    return join(this.folder, `${digestOf(entry)}.json`);
  }
}

/** The first file that does not have the content it was bundled with. */
export function changedFileOf({ files }: BundledCode): string | undefined {
  return Object.entries(files).find(([path, digest]) => contentDigest(path) !== digest)?.[0];
}

/** What this process has read of each file; asked after every task. */
const known = new Map<string, { readonly state: string; readonly readAt: number; readonly digest: Digest }>();

function contentDigest(path: string): Digest | undefined {
  try {
    const stats = statSync(path, { bigint: true });
    const before = known.get(path);
    if (before?.state === statText(stats) && isSettled(stats, before.readAt)) return before.digest;
    const readAt = Date.now();
    const digest = digestOf(readFileSync(path));
    known.set(path, { state: statText(stats), readAt, digest });
    return digest;
  } catch {
    return undefined;
  }
}

/** Another bundler may give another bundle of the same code, another version of this package another reading of a definition. */
function madeBy(): string {
  const require = createRequire(import.meta.url);
  const versionOf = (manifest: string): string => (require(manifest) as { readonly version: string }).version;
  return `pipelines ${versionOf('../../../package.json')}, esbuild ${versionOf('esbuild/package.json')}`;
}
