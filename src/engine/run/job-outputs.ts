import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { TaskOutput } from '../pipeline.js';
import type { JobOutput } from './executor.js';

/** Places for the outputs below a fresh folder: the parents of files, and trees as empty folders. */
export function prepareOutputs(folder: string, outputs: Readonly<Record<string, TaskOutput>>): Record<string, JobOutput> {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  const prepared: Record<string, JobOutput> = {};
  const taken = new Set<string>();
  for (const [name, { type, fileName }] of Object.entries(outputs)) {
    const path = join(folder, fileName);
    if (!resolve(path).startsWith(resolve(folder) + sep)) throw new Error(`output "${name}" would be written outside its folder: ${fileName}`);
    if (taken.has(path)) throw new Error(`output "${name}" has the file name of another output: ${fileName}`);
    taken.add(path);
    if (type === 'tree' || dirname(path) !== folder) mkdirSync(type === 'tree' ? path : dirname(path), { recursive: true });
    prepared[name] = { type, path };
  }
  return prepared;
}
