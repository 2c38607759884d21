import type { Tool } from './tool.js';
import { dvc } from './tools/dvc.js';
import { make } from './tools/make.js';
import { ninja } from './tools/ninja.js';
import { ours } from './tools/ours.js';
import { snakemake } from './tools/snakemake.js';
import { wireit } from './tools/wireit.js';

/** Everyone that can take part, the reference first. */
export function allTools(main: string, environment: NodeJS.ProcessEnv): readonly Tool[] {
  return [ours(main, 'in-process'), ours(main, 'exec'), make(environment), ninja(environment, false), ninja(environment, true), ...[snakemake, dvc, wireit].map((peer) => peer(environment))];
}
