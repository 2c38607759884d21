import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownKind, shellCommand, type LayeredDag, type LayeredTask } from '../dag.js';
import { jobs, sourceOf, type CommandLine, type Tool } from '../tool.js';

const file = 'layered.yaml';

/**
 * Our engine by its command line.
 * @param main dist/cli/main.js
 * @param tasks a task kind of the project's own, run in process, or the shell command that the peers run
 */
export function ours(main: string, tasks: 'in-process' | 'exec'): Tool {
  const pipelines = (...args: string[]): CommandLine => [process.execPath, main, ...args];
  return {
    name: tasks === 'exec' ? 'ours-exec' : 'ours',
    does: `${tasks === 'exec' ? 'runs the peers\' shell command, like them without a sandbox' : 'tasks are JavaScript in worker threads'}; checks by content; keeps every result with log and provenance, synced to the disk before the next task sees it`,
    find: () => (existsSync(main)
      ? { kind: 'found', version: versionOf(main) }
      : { kind: 'absent', reason: 'dist/cli/main.js is missing: run npm run build' }),
    write: (dag, project) => {
      writeFileSync(join(project, 'trivial.js'), ownKind);
      writeFileSync(join(project, file), yaml(dag, tasks === 'exec' ? shellTask : ownTask));
    },
    environment: {},
    build: pipelines('run', file, '-j', jobs, '-q'),
    preview: pipelines('plan', file, '-j', jobs),
    explain: (task) => pipelines('why', file, nameOf(task)),
    outputOf: (task) => `artifacts/layered/${nameOf(task)}/line`,
    executed: (project) => {
      const summary = JSON.parse(readFileSync(join(project, 'artifacts/layered/runs/latest/run.json'), 'utf8')) as { readonly executed: number };
      return summary.executed;
    },
  };
}

const nameOf = (task: number): string => `t${String(task)}`;

/** One task a line, nothing shared: what a generator of pipelines would write. */
function yaml({ tasks }: LayeredDag, bodyOf: (task: LayeredTask) => string): string {
  return `name: layered\ntasks:\n${tasks.map((task) => `  ${nameOf(task.index)}: { ${bodyOf(task)}, inputs: { ${inputsOf(task)} } }\n`).join('')}`;
}

function inputsOf({ reads, readsSources }: LayeredTask): string {
  return reads.map((from, place) => `${'abc'.charAt(place)}: ${readsSources ? `./${sourceOf(from)}` : `${nameOf(from)}.line`}`).join(', ');
}

const ownTask = ({ index }: LayeredTask): string => `uses: ./trivial.js, with: { index: ${String(index)} }`;

function shellTask({ index, reads }: LayeredTask): string {
  const command = shellCommand(['"$INPUT_A"', '"$INPUT_B"', '"$INPUT_C"'].slice(0, reads.length), '"$OUTPUT_LINE"', String(index));
  return `uses: exec, with: { run: '${command}', sandbox: none }, outputs: { line: line }`;
}

function versionOf(main: string): string {
  const { version } = JSON.parse(readFileSync(join(main, '../../../package.json'), 'utf8')) as { readonly version: string };
  return version;
}
