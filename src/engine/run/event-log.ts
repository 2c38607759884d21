import { closeSync, mkdirSync, openSync, renameSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { replaceWhole } from '../cache/atomic-write.js';
import { ownerName, thisProcess } from '../cache/process-identity.js';
import type { Event } from '../event.js';
import { folderName, runsFolder } from './publish.js';
import type { RunResult } from './run-plan.js';

/** `artifacts/<pipeline>/runs/<id>/`: `events.jsonl` as it happens; at the end `run.json`, and `results.json` with each task's fingerprint. */
export interface EventLog {
  readonly directory: string;
  /** Written within the same turn of the event loop: a killed run leaves whole lines up to its last moment. */
  append(event: Event): void;
  /** Writes what is left, the results and, last, the summary: a run without it was killed. */
  close(result: RunResult): void;
}

export interface EventLogOptions {
  readonly artifactsDirectory: string;
  readonly pipeline: string;
  readonly run: string;
  /** Told once when the log can no longer be written (a full disk): the run is worth more than its log. */
  onProblem(error: Error): void;
}

/** The artifacts directory cannot be written, so a run cannot be recorded. */
export class ArtifactsError extends Error {
  override readonly name = 'ArtifactsError';
  constructor(readonly directory: string, options: { readonly cause: Error }) {
    super(`cannot write to the artifacts directory ${directory}: ${options.cause.message}`, options);
  }
}

/** @throws ArtifactsError */
export function openEventLog(options: EventLogOptions): EventLog {
  try {
    return openIn(options);
  } catch (error) {
    throw new ArtifactsError(options.artifactsDirectory, { cause: error as Error });
  }
}

function openIn({ artifactsDirectory, pipeline, run, onProblem }: EventLogOptions): EventLog {
  const runs = join(artifactsDirectory, folderName(pipeline), runsFolder);
  const directory = join(runs, run);
  mkdirSync(directory, { recursive: true });
  // Who writes it: whether a run without an end was killed or goes on, its process tells.
  writeFileSync(join(directory, 'owner'), ownerName(thisProcess()));
  const file = openSync(join(directory, 'events.jsonl'), 'a');
  linkLatest(runs, run);

  let pending: string[] = [];
  let flushing: NodeJS.Immediate | undefined;
  let broken = false;
  const attempt = (write: () => void): void => {
    if (broken) return;
    try {
      write();
    } catch (error) {
      broken = true;
      onProblem(error as Error);
    }
  };
  const flush = (): void => {
    flushing = undefined;
    const text = pending.join('');
    pending = [];
    if (text !== '') attempt(() => { writeWhole(file, text); });
  };
  return {
    directory,
    append(event) {
      pending.push(`${JSON.stringify(event)}\n`);
      flushing ??= setImmediate(flush);
    },
    close({ results, ...summary }) {
      clearImmediate(flushing);
      flush();
      closeSync(file);
      attempt(() => {
        const fingerprints = Object.fromEntries(Object.entries(results).map(([task, { fingerprint }]) => [task, fingerprint]));
        replaceWhole(join(directory, 'results.json'), `${JSON.stringify(fingerprints)}\n`);
        replaceWhole(join(directory, 'run.json'), `${JSON.stringify(summary, null, 2)}\n`);
      });
    },
  };
}

function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

/** Where symbolic links are not allowed, there is no `latest`. */
function linkLatest(runs: string, run: string): void {
  const temporary = join(runs, `.latest-${run}`);
  try {
    symlinkSync(run, temporary, 'junction');
    renameSync(temporary, join(runs, 'latest'));
  } catch {
    rmSync(temporary, { force: true });
  }
}
