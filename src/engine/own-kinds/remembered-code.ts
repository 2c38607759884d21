import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { installedVersion, type BundledCode } from '../code-digest.js';
import { isDigest } from '../cache/layout.js';
import { digestOf } from '../fingerprint.js';

/**
 * What the code of a module came to the last time, with the content it came from, so that the bundler is started only when
 * something changed. Disposable: losing it costs a bundle, never a wrong digest.
 */
export class RememberedCode {
  /** @param folder in the cache directory; one file a module is kept in it */
  constructor(private readonly folder: string) {}

  /** Undefined when nothing is known, or a file or package of it is not what it was. */
  recall(entry: string): BundledCode | undefined {
    const remembered = this.#read(entry);
    if (remembered === undefined || remembered.bundler !== bundlerVersion()) return undefined;
    const { files, packages } = remembered.code;
    if (changedFileOf(remembered.code) !== undefined || !Object.hasOwn(files, entry)) return undefined;
    return Object.entries(packages).every(([name, version]) => installedVersion(name, dirname(entry)) === version) ? remembered.code : undefined;
  }

  /** Never an error: what cannot be written is bundled again next time. */
  remember(entry: string, code: BundledCode): void {
    const file = this.#fileOf(entry);
    const temporary = `${file}.${randomBytes(6).toString('hex')}`;
    try {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(temporary, JSON.stringify({ bundler: bundlerVersion(), code }));
      renameSync(temporary, file);
    } catch {
      return;
    }
  }

  #read(entry: string): { readonly bundler: string; readonly code: BundledCode } | undefined {
    try {
      const { bundler, code } = JSON.parse(readFileSync(this.#fileOf(entry), 'utf8')) as { readonly bundler: string; readonly code: BundledCode };
      const usable = isDigest(code.bundle) && typeof code.files === 'object' && typeof code.packages === 'object';
      return usable ? { bundler, code } : undefined;
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

function contentDigest(path: string): string | undefined {
  try {
    return digestOf(readFileSync(path));
  } catch {
    return undefined;
  }
}

/** Another bundler may give another bundle of the same code. */
function bundlerVersion(): string {
  return (createRequire(import.meta.url)('esbuild/package.json') as { readonly version: string }).version;
}
