import { join } from 'node:path';
import type { Event } from '../../../src/engine/event.js';
import type { Pipeline } from '../../../src/engine/pipeline.js';
import { openEventLog } from '../../../src/engine/run/event-log.js';
import type { RunOptions, RunResult } from '../../../src/engine/run/run-plan.js';
import { runFolders, type RunFolder } from '../../../src/engine/runs/run-folders.js';
import { makeRig, type Rig, type RigRun } from '../run/rig.js';

/** A rig whose runs are recorded, as the command line does it. */
export interface RecordingRig extends Rig {
  readonly artifacts: string;
  /** `id` names the run, as a ULID would. */
  record(id: string, pipeline: Pipeline, options?: Partial<RunOptions>): Promise<RigRun>;
  recorded(id: string): RunFolder;
}

export async function makeRecordingRig(): Promise<RecordingRig> {
  const rig = await makeRig();
  const artifacts = join(rig.folder, 'artifacts');
  return {
    ...rig, artifacts,
    async record(id, pipeline, options = {}) {
      const log = openEventLog({ artifactsDirectory: artifacts, pipeline: pipeline.name, run: id, onProblem(error) { throw error; } });
      let at = 1_000;
      const run = await rig.run(pipeline, { runId: id, ...options, emit(event) { log.append({ at: at += 10, ...event } as Event); } });
      log.close(run.summary as RunResult);
      return run;
    },
    recorded(id) {
      const folder = runFolders(artifacts).find((candidate) => candidate.id === id);
      if (!folder) throw new Error(`no run ${id} is recorded`);
      return folder;
    },
  };
}
