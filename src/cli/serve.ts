import { hostname } from 'node:os';
import { execa } from 'execa';
import { isInside, isSystemError } from '../engine/cache/errors.js';
import type { RunFolder } from '../engine/runs/run-folders.js';
import { cacheDirectory } from '../library/surroundings.js';
import { loadPipeline } from '../library/load-pipeline.js';
import { isLoopback } from '../server/allowed-host.js';
import { readPageFiles } from '../server/page-files.js';
import type { LoadedPipeline, LoadPipelineOfRun } from '../server/run-records.js';
import { startServer, type RunningServer, type ServerOptions } from '../server/server.js';
import { artifactsDirectory } from './artifacts.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { catchInterrupts } from './interrupts.js';
import { loadFile } from './load.js';
import { shownPath } from './pipeline-file.js';
import { withCache } from './planning.js';
import { theRun } from './recorded-runs.js';
import { Refusal, type Shell } from './shell.js';

export interface ServeOptions {
  readonly run?: string;
  readonly port?: number;
  readonly host: string;
  readonly open?: boolean;
  readonly artifactsDir?: string;
  readonly cacheDir?: string;
}

/** Unless `--port` says otherwise, and where it is taken, any that is free. */
const usualPort = 4747;

/** `pipelines serve [FILE]`: a local page of the runs, until it is interrupted. */
export async function serveVerb(file: string | undefined, options: ServeOptions, shell: Shell): Promise<ExitCode> {
  const artifacts = artifactsDirectory(options, shell);
  const pipeline = file === undefined ? undefined : (await loadFile(file, options, shell)).pipeline.name;
  const wanted = options.run === undefined ? undefined : theRun(options.run, { ...options, ...(pipeline !== undefined && { pipeline }) }, shell);
  return withCache(options, shell, async (cache) => {
    const server = await started({
      host: options.host, artifactsDirectory: artifacts, cache, page: readPageFiles(), machine: hostname(), now: shell.now,
      ...(pipeline !== undefined && { pipeline }),
      loadPipeline: loaderOf(artifacts, options, shell),
      shownPath: (path) => shownPath(path, shell),
      onProblem: (error) => { shell.stderr.write(`${error instanceof Error ? error.stack ?? error.message : String(error)}\n`); },
    }, options);
    const address = wanted ? addressOf(server.url, wanted) : server.url;
    const stopped = interrupted();
    if (!isLoopback(options.host)) shell.stderr.write(`warning: whoever reaches ${options.host} can read every run and artifact here; nobody is asked for a password\n`);
    shell.stdout.write(`serving ${shownPath(artifacts, shell)} at ${address}\nCtrl-C stops it\n`);
    if (options.open) await openBrowser(address, shell);
    await stopped;
    await server.close();
    return exitCode.ok;
  });
}

/** @throws {Refusal} when the address cannot be had */
async function started(options: Omit<ServerOptions, 'port'>, { port, host }: ServeOptions): Promise<RunningServer> {
  try {
    return await startServer({ ...options, port: port ?? usualPort });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (port === undefined && error.code === 'EADDRINUSE') return startServer({ ...options, port: 0 });
    throw new Refusal(`cannot listen on ${host}, port ${port ?? usualPort}: ${error.message}`, 'choose another with --port or --host');
  }
}

/**
 * Reads the file that a run says it ran. Not one among the artifacts: those may come from elsewhere, and loading a pipeline
 * runs the modules of the task kinds that it brings along.
 */
function loaderOf(artifacts: string, options: ServeOptions, shell: Shell): LoadPipelineOfRun {
  return async (file, params): Promise<LoadedPipeline> => {
    const shown = shownPath(file, shell);
    if (isInside(artifacts, file)) return { kind: 'unknown', because: `${shown} is among the artifacts, and is not loaded from there` };
    const result = await loadPipeline(file, { params, cache: cacheDirectory(options.cacheDir, shell.environment, shell.directory) });
    if (result.kind === 'ok') return { kind: 'ok', pipeline: result.pipeline };
    const [first] = result.diagnostics;
    return { kind: 'unknown', because: `${shown} is no longer what ran (${first?.message ?? 'it has mistakes'})` };
  };
}

function addressOf(url: string, { pipeline, id }: RunFolder): string {
  return `${url}#/${encodeURIComponent(pipeline)}/${encodeURIComponent(id)}/overview`;
}

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'], win32: ['cmd', '/c', 'start', ''],
};

/** Where there is no browser the address on the terminal is what is left. */
async function openBrowser(address: string, { stderr }: Shell): Promise<void> {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const { failed } = await execa(command, [...args, address], { reject: false, stdio: 'ignore', timeout: 5000 });
  if (failed) stderr.write(`no browser could be opened with ${command}; open the address above\n`);
}

function interrupted(): Promise<void> {
  const interrupts = catchInterrupts(() => process.exit(exitCode.interrupted));
  return new Promise((resolve) => {
    interrupts.drain.addEventListener('abort', () => {
      interrupts.release();
      resolve();
    }, { once: true });
  });
}
