import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { shellCommand, type LayeredDag, type LayeredTask } from '../dag.js';
import { jobs, lastLayer, peerInputsOf, peerOutputOf, sourceOf, type Absent, type Found, type Tool } from '../tool.js';

/** wireit: from the `node_modules` of the folder that `WIREIT` names. */
export function wireit(environment: NodeJS.ProcessEnv): Tool {
  const folder = environment['WIREIT'];
  return {
    name: 'wireit',
    does: 'checks by content, hashing every input each time; keeps copies of results; started by npm run, as it must be',
    find: () => findIn(folder),
    write: (dag, project) => {
      mkdirSync(join(project, 'out'));
      symlinkSync(resolve(folder ?? '', 'node_modules'), join(project, 'node_modules'));
      writeFileSync(join(project, 'package.json'), JSON.stringify(packageJson(dag), null, 1));
    },
    // On CI wireit would keep nothing.
    environment: { WIREIT_PARALLEL: jobs, WIREIT_CACHE: 'local', NPM_CONFIG_UPDATE_NOTIFIER: 'false' },
    build: ['npm', 'run', 'all', '--silent'],
    preview: null,
    explain: () => null,
    outputOf: peerOutputOf,
  };
}

/** Installs wireit into a temporary folder, for `WIREIT`; null when npm could not. */
export function installWireit(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'bench-wireit-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const { status } = spawnSync('npm', ['install', '--silent', '--no-audit', '--no-fund', 'wireit'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  return status === 0 ? folder : null;
}

function findIn(folder: string | undefined): Found | Absent {
  if (folder === undefined) return { kind: 'absent', reason: 'WIREIT names no folder whose node_modules holds it; --install-wireit fetches it' };
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'node_modules/wireit/package.json'), 'utf8')) as { readonly version: string };
    return { kind: 'found', version };
  } catch (error) {
    return { kind: 'absent', reason: `WIREIT: ${(error as Error).message}` };
  }
}

const nameOf = (task: number): string => `t${String(task)}`;

function packageJson(dag: LayeredDag): unknown {
  const scripts = ['all', ...dag.tasks.map(({ index }) => nameOf(index))];
  return {
    private: true,
    scripts: Object.fromEntries(scripts.map((name) => [name, 'wireit'])),
    wireit: { all: { dependencies: lastLayer(dag).map(nameOf) }, ...Object.fromEntries(dag.tasks.map((task) => [nameOf(task.index), script(task)])) },
  };
}

function script(task: LayeredTask): unknown {
  const output = peerOutputOf(task.index);
  return {
    command: shellCommand(peerInputsOf(task), output, String(task.index)),
    files: task.readsSources ? task.reads.map(sourceOf) : [],
    output: [output],
    ...(!task.readsSources && { dependencies: task.reads.map(nameOf) }),
  };
}
