import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellCommand, type LayeredDag } from '../dag.js';
import { findProgram, peerInputsOf, peerOutputOf, type Tool } from '../tool.js';

/** DVC: `DVC` or the one on PATH. */
export function dvc(environment: NodeJS.ProcessEnv): Tool {
  const program = environment['DVC'] ?? 'dvc';
  return {
    name: 'dvc',
    does: 'checks by content and keeps results; runs one stage at a time, having no -j; syncs its lock file after every stage',
    find: () => findProgram([program, '--version'], 'DVC'),
    write: (dag, project) => {
      mkdirSync(join(project, 'out'));
      // What `dvc init --no-scm` writes.
      mkdirSync(join(project, '.dvc'));
      writeFileSync(join(project, '.dvc/config'), '[core]\n    no_scm = True\n    analytics = False\n    check_update = False\n');
      writeFileSync(join(project, 'dvc.yaml'), dvcYaml(dag));
    },
    environment: { DVC_NO_ANALYTICS: '1', SHELL: '/bin/sh' },
    build: [program, 'repro', '--quiet'],
    preview: [program, 'status'],
    explain: () => null,
    outputOf: peerOutputOf,
  };
}

function dvcYaml({ tasks }: LayeredDag): string {
  const stages = tasks.map((task) => {
    const [inputs, output, index] = [peerInputsOf(task), peerOutputOf(task.index), String(task.index)];
    return `  t${index}: { cmd: '${shellCommand(inputs, output, index)}', deps: [${inputs.join(', ')}], outs: [${output}] }\n`;
  });
  return `stages:\n${stages.join('')}`;
}
