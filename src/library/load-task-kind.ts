import { resolve } from 'node:path';
import { loadOwnKind, type OwnKindResult } from '../engine/own-kinds/load-own-kind.js';

/**
 * One task kind from a file, as `uses: ./my-task.js` loads it: to look at, or to give it a name of your own in the `kinds`
 * of `loadPipeline`. Runs the module.
 * @param file relative to the working directory
 */
export function loadTaskKind(file: string): Promise<OwnKindResult> {
  return loadOwnKind(file, resolve(file));
}
