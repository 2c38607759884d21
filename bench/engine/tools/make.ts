import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellCommand, type LayeredDag } from '../dag.js';
import { findProgram, jobs, lastLayer, peerInputsOf, peerOutputOf, type Tool } from '../tool.js';

/** GNU make: `MAKE` or the one on PATH. */
export function make(environment: NodeJS.ProcessEnv): Tool {
  const program = environment['MAKE'] ?? 'make';
  return {
    name: 'make',
    does: 'compares times of files; hashes, keeps and syncs nothing; a changed command is not noticed',
    find: () => findProgram([program, '--version'], 'MAKE'),
    write: (dag, project) => {
      mkdirSync(join(project, 'out'));
      writeFileSync(join(project, 'Makefile'), makefile(dag));
    },
    environment: {},
    build: [program, '-j', jobs, '-s'],
    preview: [program, '-n'],
    explain: (task) => [program, '-n', '--debug=basic', peerOutputOf(task)],
    outputOf: peerOutputOf,
  };
}

/** `$` is make's own, so the shell's is `$$`. */
const recipe = (reads: number): string =>
  `@set -- $^; o=$@; i=$(@F); ${shellCommand(['$1', '$2', '$3'].slice(0, reads), '$o', 'i').replaceAll('$', '$$$$')}`;

function makefile(dag: LayeredDag): string {
  const rules = dag.tasks.map((task) => `${peerOutputOf(task.index)}: ${peerInputsOf(task).join(' ')} ; $(${task.readsSources ? 'first' : 'next'})\n`);
  return [
    '# Without these, make tries its built-in rules on every file.\nMAKEFLAGS += --no-builtin-rules\n.SUFFIXES:\n\n',
    `first = ${recipe(1)}\nnext = ${recipe(3)}\n\n`,
    `all: ${lastLayer(dag).map(peerOutputOf).join(' ')}\n.PHONY: all\n\n`,
    ...rules,
  ].join('');
}
