/** How fast the content store hashes a source file, against `sha256sum` on the same file. */
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../contest.js';
import { spread, type Spread } from './summary.js';
import { timed } from './timed-process.js';
import type { CommandLine } from './tool.js';

export interface HashingResult {
  readonly bytes: number;
  readonly rounds: number;
  /** 10^6 bytes a second. Ours without what the command takes on a file of one byte: start, parsing, planning. */
  readonly ours: Spread;
  readonly sha256sum: Spread;
  /** Median over the rounds of ours over theirs: above 1 ours is faster. */
  readonly ratio: number;
}

const chunkBytes = 1 << 24;

/** @param main dist/cli/main.js */
export async function hashing(main: string, bytes: number, rounds: number, parent: string): Promise<HashingResult | { readonly reason: string }> {
  const directory = mkdtempSync(join(parent, 'hashing-'));
  try {
    writeRandom(join(directory, 'large'), bytes);
    writeFileSync(join(directory, 'small'), '.');
    for (const name of ['large', 'small']) {
      writeFileSync(join(directory, `${name}.yaml`), `name: ${name}\ntasks:\n  copy: { uses: exec, inputs: { file: ./${name} }, with: { run: 'cp "$INPUT_FILE" "$OUTPUT_COPY"' }, outputs: { copy: copy } }\n`);
    }
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // A cache of its own each time: what was hashed once is known.
      const plan = (name: string): CommandLine => [process.execPath, main, 'plan', `${name}.yaml`, '--cache-dir', `cache-${name}-${String(round)}`];
      const seconds: number[] = [];
      for (const command of [plan('large'), plan('small'), ['sha256sum', 'large'] as const]) {
        const timing = await timed(command, { directory, environment: {}, limitMs: 120_000 });
        if (timing.kind === 'failed') return { reason: timing.reason };
        seconds.push(timing.wallMs / 1_000);
      }
      const [large = Number.NaN, small = Number.NaN, sha256sum = Number.NaN] = seconds;
      if (large <= small) return { reason: 'the machine is too busy for a file of this size: one of a single byte took as long' };
      ours.push(bytes / 1e6 / (large - small));
      theirs.push(bytes / 1e6 / sha256sum);
    }
    return { bytes, rounds, ours: spread(ours), sha256sum: spread(theirs), ratio: median(ours.map((rate, round) => rate / (theirs[round] ?? Number.NaN))) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** No holes and no repetition that a file system could make short work of. */
function writeRandom(path: string, bytes: number): void {
  const file = openSync(path, 'w');
  for (let written = 0; written < bytes; written += chunkBytes) writeSync(file, randomBytes(Math.min(chunkBytes, bytes - written)));
  closeSync(file);
}
