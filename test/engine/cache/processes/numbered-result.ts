import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionRecord } from '../../../../src/engine/action-record.js';
import { fingerprintOf } from '../../../../src/engine/fingerprint.js';
import type { Cache } from '../../../../src/engine/store.js';

/** What the output of a number is, whoever makes it. */
export function contentOf(number: number, part: number): string {
  return `${number}.${part}\n`.repeat(1 + ((number * 7919 + part) % 3000));
}

/** As a run does: write into scratch, adopt a file and a tree, commit. */
export async function commitNumber(cache: Cache, number: number): Promise<void> {
  const scratch = await cache.scratch();
  const file = join(scratch.path, 'file');
  const tree = join(scratch.path, 'tree');
  await mkdir(join(tree, 'inner'), { recursive: true });
  await writeFile(file, contentOf(number, 0));
  for (const part of [1, 2, 3]) await writeFile(join(tree, part === 3 ? 'inner/3' : String(part)), contentOf(number, part));
  const log = await cache.store.putBytes(Buffer.from(`made ${number}\n`));
  const outputs = { file: await cache.store.adopt(file), tree: await cache.store.adopt(tree) };
  await cache.actions.commit(recordOf(number, outputs, log.digest));
  await cache.actions.remember('loop', `t${number % 10}`, recordOf(number, outputs, log.digest).fingerprint);
  await cache.store.open(outputs.tree);
  await scratch.remove();
}

function recordOf(number: number, outputs: ActionRecord['outputs'], log: string): ActionRecord {
  const preimage = {
    format: 'pipelines/fingerprint/v1' as const, kind: 'loop', version: 1, code: 'c'.repeat(64),
    parameters: { number }, inputs: {}, environment: {}, runtime: {},
  };
  return {
    fingerprint: fingerprintOf(preimage), preimage, outputs, log, durationMs: 1,
    provenance: { pipeline: 'loop', task: `t${number % 10}`, run: 'r', host: 'h', finishedAt: '', node: process.version, engine: '0' },
  };
}
