import { closeSync, constants, copyFileSync, existsSync, fsyncSync, linkSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashFile } from '../../engine/cache/blobs.js';
import { defaultBudget } from '../../engine/cache/collection.js';
import { FORMAT, isDigest, Layout, namesIn, shardedNames } from '../../engine/cache/layout.js';
import { bytesStored } from '../../engine/cache/usage.js';
import { count, size } from '../../reporters/format.js';
import type { Finding, Probe } from './finding.js';

const LITTLE_SPACE_BYTES = 5e9;
const TOO_LITTLE_SPACE_BYTES = 100e6;
const SLOW_FSYNC_MS = 50;
const FSYNC_SAMPLES = 5;
const SAMPLE_MS = 500;

/** What the file system of the cache directory can do, and whether the cache in it is sound. */
export function probeCache(directory: string, now: () => number): Probe {
  return async () => [...fileSystemFindings(directory), ...await healthFindings(directory, now)];
}

function fileSystemFindings(directory: string): Finding[] {
  const parent = existing(directory);
  let folder: string;
  try {
    folder = mkdtempSync(join(parent, '.pipelines-doctor-'));
  } catch (error) {
    return [{ area: 'cache', name: 'directory', state: 'problem', found: directory, reason: `it cannot be written: ${(error as Error).message}`, remedy: 'choose another with --cache-dir or PIPELINES_CACHE_DIR' }];
  }
  try {
    return [{ area: 'cache', name: 'directory', state: 'ok', found: existsSync(directory) ? directory : `${directory}, made by the first run` }, spaceFinding(parent), ...featureFindings(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder itself, or the nearest one above it that is there. */
function existing(directory: string): string {
  return existsSync(directory) || dirname(directory) === directory ? directory : existing(dirname(directory));
}

function spaceFinding(folder: string): Finding {
  const { bavail, blocks, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const finding = { area: 'cache', name: 'space', found: `${size(free)} free of ${size(blocks * bsize)}` } as const;
  const remedy = 'pipelines cache gc, or a cache on another disk with --cache-dir';
  if (free < TOO_LITTLE_SPACE_BYTES) return { ...finding, state: 'problem', reason: 'the disk is full', remedy };
  return free < LITTLE_SPACE_BYTES ? { ...finding, state: 'warning', reason: 'little is left', remedy } : { ...finding, state: 'ok' };
}

function featureFindings(folder: string): Finding[] {
  const path = join(folder, 'probe');
  writeFileSync(path, 'x');
  const works = (work: () => void): boolean => {
    try {
      work();
      return true;
    } catch {
      return false;
    }
  };
  const links = works(() => { linkSync(path, join(folder, 'linked')); });
  const reflinks = works(() => { copyFileSync(path, join(folder, 'copied'), constants.COPYFILE_FICLONE_FORCE); });
  const insensitive = existsSync(join(folder, 'PROBE'));
  const fsyncMs = medianFsync(join(folder, 'flushed'));
  return [
    links
      ? { area: 'cache', name: 'hard links', state: 'ok', found: 'yes: a folder that tasks read takes no space of its own' }
      : { area: 'cache', name: 'hard links', state: 'warning', found: 'no', reason: 'folders that tasks read are copies', remedy: 'put the cache on a local disk with --cache-dir' },
    { area: 'cache', name: 'reflinks', state: 'ok', found: reflinks ? 'yes: your files are copied in at no cost' : 'no: your files are copied in byte by byte, once' },
    insensitive
      ? { area: 'cache', name: 'case', state: 'warning', found: 'names that differ only in case are one name', reason: 'a folder with both a.txt and A.txt cannot be stored', remedy: 'keep such names out of outputs' }
      : { area: 'cache', name: 'case', state: 'ok', found: 'names that differ in case are different names' },
    fsyncMs < SLOW_FSYNC_MS
      ? { area: 'cache', name: 'flush', state: 'ok', found: `${fsyncMs.toFixed(1)} ms for each result` }
      : { area: 'cache', name: 'flush', state: 'warning', found: `${fsyncMs.toFixed(0)} ms for each result`, reason: 'the disk is slow to confirm writes', remedy: 'put the cache on a local disk with --cache-dir' },
  ];
}

function medianFsync(path: string): number {
  const times = Array.from({ length: FSYNC_SAMPLES }, () => {
    const file = openSync(path, 'a');
    try {
      writeSync(file, 'x');
      const start = performance.now();
      fsyncSync(file);
      return performance.now() - start;
    } finally {
      closeSync(file);
    }
  });
  return times.sort((one, other) => one - other)[Math.floor(FSYNC_SAMPLES / 2)] ?? 0;
}

async function healthFindings(directory: string, now: () => number): Promise<Finding[]> {
  const layout = new Layout(directory);
  if (!existsSync(layout.format)) return [];
  const format = readFileSync(layout.format, 'utf8').trim();
  if (format !== FORMAT) return [{ area: 'cache', name: 'format', state: 'problem', found: format, reason: `this version reads format ${FORMAT}`, remedy: 'choose another with --cache-dir or PIPELINES_CACHE_DIR' }];
  return [sizeFinding(directory, await bytesStored(directory, now())), leftoversFinding(layout), await sampleFinding(layout)];
}

function sizeFinding(directory: string, bytes: number): Finding {
  const budget = defaultBudget(directory);
  const finding = { area: 'cache', name: 'size', found: `${size(bytes)} of ${size(budget)}` } as const;
  return bytes <= budget ? { ...finding, state: 'ok' } : { ...finding, state: 'warning', reason: 'more than its budget', remedy: 'pipelines cache gc --dry-run, then without' };
}

function leftoversFinding(layout: Layout): Finding {
  const damaged = namesIn(join(layout.root, 'corrupt')).length;
  return damaged === 0
    ? { area: 'cache', name: 'damage', state: 'ok', found: 'none was found so far' }
    : { area: 'cache', name: 'damage', state: 'warning', found: count(damaged, 'damaged object'), reason: 'found by earlier runs, set aside in corrupt/ and made again; a disk that does this twice is failing', remedy: 'pipelines cache verify' };
}

/** Hashes objects for half a second, beginning anywhere. */
async function sampleFinding(layout: Layout): Promise<Finding> {
  const digests = [...shardedNames(join(layout.root, 'objects'))].filter(isDigest);
  const start = Math.floor(Math.random() * digests.length);
  const until = performance.now() + SAMPLE_MS;
  const corrupt: string[] = [];
  let looked = 0;
  for (const digest of [...digests.slice(start), ...digests.slice(0, start)]) {
    if (performance.now() > until) break;
    const found = await hashFile(layout.object(digest)).catch(() => undefined);
    if (found !== undefined && found.digest !== digest) corrupt.push(digest);
    looked += 1;
  }
  const finding = { area: 'cache', name: 'sample', found: `${looked} of ${count(digests.length, 'object')} hashed, ${corrupt.length} corrupt` } as const;
  return corrupt.length === 0 ? { ...finding, state: 'ok' } : { ...finding, state: 'warning', reason: `${corrupt[0]?.slice(0, 12)} is not what it was`, remedy: 'pipelines cache verify; the next run makes them again' };
}
