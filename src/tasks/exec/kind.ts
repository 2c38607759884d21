import type { TaskKind } from '../../engine/task-kind.js';

/** Runs a shell command over the store's files: the door to everything that is not a task kind of its own. */
export const exec: TaskKind = {
  name: 'exec',
  version: 1,
  summary: 'Runs a shell command; inputs and outputs are paths in INPUT_<NAME> and OUTPUT_<NAME>.',
  parameters: {
    type: 'object',
    properties: {
      run: { type: 'string', minLength: 1, description: 'The command. Its working directory is an empty scratch folder, which is also HOME and TMPDIR.' },
      shell: { type: 'string', minLength: 1, default: '/bin/sh', description: 'A POSIX shell, started as `<shell> -e -c <run>`: the first failing command ends it.' },
      expectedExitCodes: {
        type: 'array', items: { type: 'integer', minimum: 0, maximum: 255 }, minItems: 1, default: [0],
        description: 'Exit codes that count as success.',
      },
    },
    required: ['run'],
    additionalProperties: false,
  },
  inputs: {},
  outputs: {},
  openPorts: true,
  resources: { cores: 1, memory: 512 * 2 ** 20 },
  // A command may be native code.
  sensitivity: 'runtime',
  implementation: new URL('./run.js', import.meta.url),
};
