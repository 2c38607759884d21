import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellCommand, type LayeredDag } from '../dag.js';
import { findProgram, jobs, peerInputsOf, peerOutputOf, type Tool } from '../tool.js';

/**
 * ninja: `NINJA` or the one on PATH.
 * @param synced whether each command flushes what it wrote, so that it is as durable as our results are
 */
export function ninja(environment: NodeJS.ProcessEnv, synced: boolean): Tool {
  const program = environment['NINJA'] ?? 'ninja';
  return {
    name: synced ? 'ninja-synced' : 'ninja',
    does: `compares times of files and hashes of commands; keeps nothing${synced ? '; each command ends with `sync -d` of its output' : ' and syncs nothing'}`,
    find: () => findProgram([program, '--version'], 'NINJA'),
    write: (dag, project) => {
      mkdirSync(join(project, 'out'));
      writeFileSync(join(project, 'build.ninja'), buildFile(dag, synced ? ' && sync -d $out' : ''));
    },
    environment: {},
    build: [program, '-j', jobs, '--quiet'],
    preview: [program, '-n'],
    explain: (task) => [program, '-n', '-d', 'explain', peerOutputOf(task)],
    outputOf: peerOutputOf,
  };
}

/** `$` is ninja's own, so the shell's is `$$`. */
const command = (reads: number): string =>
  `set -- $in; o=$out; ${shellCommand(['$1', '$2', '$3'].slice(0, reads), '$o', '${o##*/}').replaceAll('$', '$$$$')}`;

function buildFile({ tasks }: LayeredDag, after: string): string {
  const builds = tasks.map((task) => `build ${peerOutputOf(task.index)}: ${task.readsSources ? 'first' : 'next'} ${peerInputsOf(task).join(' ')}\n`);
  return `rule first\n  command = ${command(1)}${after}\nrule next\n  command = ${command(3)}${after}\n\n${builds.join('')}`;
}
