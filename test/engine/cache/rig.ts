import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import type { ActionRecord, Preimage, StoredObject } from '../../../src/engine/action-record.js';
import { openCache, type CacheOptions } from '../../../src/engine/cache/open-cache.js';
import { fingerprintOf } from '../../../src/engine/fingerprint.js';
import type { Cache } from '../../../src/engine/store.js';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipelines-cache-'));
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
  return folder;
}

/** A cache that skips flushing; closed and gone after the test. */
export async function temporaryCache(options: CacheOptions = {}): Promise<Cache> {
  const cache = await openCache(join(temporaryFolder(), 'cache'), { durability: 'fast', ...options });
  onTestFinished(() => cache.close());
  return cache;
}

/** Writes files below a folder; a name that ends with `/` is an empty folder, a content in a list makes it executable. */
export function writeTree(folder: string, files: Readonly<Record<string, string | readonly [string]>>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (name.endsWith('/')) continue;
    if (typeof content === 'string') writeFileSync(path, content);
    else writeFileSync(path, content[0], { mode: 0o755 });
  }
  return folder;
}

export function preimage(change: Partial<Preimage> = {}): Preimage {
  return {
    format: 'pipelines/fingerprint/v1', kind: 'count', version: 1, code: 'c'.repeat(64),
    parameters: {}, inputs: {}, environment: {}, runtime: {}, ...change,
  };
}

export function recordOf(outputs: Readonly<Record<string, StoredObject>>, change: Partial<Preimage> = {}): ActionRecord {
  const made = preimage(change);
  return {
    fingerprint: fingerprintOf(made), preimage: made, outputs, log: 'a'.repeat(64), durationMs: 5,
    provenance: { pipeline: 'p', task: 't', run: 'r', host: 'h', finishedAt: '2026-01-01T00:00:00.000Z', node: 'v20', engine: '0.1.0' },
  };
}

/** Bundles `processes/<name>.ts` for a process of its own; workers and children cannot import TypeScript. */
export async function bundled(name: string): Promise<string> {
  const outfile = join(temporaryFolder(), `${name}.mjs`);
  const entry = fileURLToPath(new URL(`processes/${name}.ts`, import.meta.url));
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' });
  return outfile;
}

export interface Started {
  readonly child: ChildProcess;
  /** The next line that it prints; undefined once it has ended. */
  line(): Promise<string | undefined>;
  readonly ended: Promise<void>;
}

export function start(script: string, ...args: readonly string[]): Started {
  return startCommand(process.execPath, script, ...args);
}

export function startCommand(command: string, ...args: readonly string[]): Started {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => { child.once('close', () => { resolve(); }); });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string | undefined> => {
    const { value, done } = await lines.next();
    return done === true ? undefined : value;
  };
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, line, ended };
}

/** Whether this process may have a mount namespace of its own, in which disks are full or read-only. */
export const canMount = process.platform === 'linux'
  && spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
