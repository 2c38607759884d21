import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cache } from '../store.js';

/** Where one task at a time works. */
export interface Workbench {
  /** For outputs: an empty folder, or none yet. */
  readonly out: string;
  /** Not there yet: few tasks want one. */
  readonly scratch: string;
}

interface Bench {
  readonly folder: Awaited<ReturnType<Cache['scratch']>>;
  uses: number;
}

/**
 * Folders that tasks work in, on the file system of the store. To make and remove some for each task would cost more than a
 * small task does, so one that was left empty serves the next task, under another name: whatever still writes to the old one fails.
 */
export class Workbenches {
  readonly #free: Bench[] = [];
  readonly #taken = new Map<Workbench, Bench>();

  constructor(private readonly cache: Cache, private readonly onProblem: (message: string) => void) {}

  async take(): Promise<Workbench> {
    const bench = this.#free.pop() ?? { folder: await this.cache.scratch(), uses: 0 };
    const workbench = placesOn(bench);
    this.#taken.set(workbench, bench);
    return workbench;
  }

  /** @param left what is in its folder for outputs */
  async giveBack(workbench: Workbench, left: 'nothing' | 'something'): Promise<void> {
    const bench = this.#taken.get(workbench);
    if (!bench) throw new Error('this workbench was given back before');
    this.#taken.delete(workbench);
    try {
      if (existsSync(workbench.scratch)) rmSync(workbench.scratch, { recursive: true });
      bench.uses += 1;
      if (left === 'something') rmSync(workbench.out, { recursive: true, force: true });
      else renameSync(workbench.out, placesOn(bench).out);
      this.#free.push(bench);
    } catch {
      // A task may have made folders that cannot simply be removed.
      await this.#remove(bench);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#free.splice(0), ...this.#taken.values()].map((bench) => this.#remove(bench)));
  }

  async #remove(bench: Bench): Promise<void> {
    await bench.folder.remove().catch((error: unknown) => { this.onProblem(`a scratch folder is left behind: ${String(error)}`); });
  }
}

function placesOn({ folder, uses }: Bench): Workbench {
  return { out: join(folder.path, `out-${uses}`), scratch: join(folder.path, `scratch-${uses}`) };
}
