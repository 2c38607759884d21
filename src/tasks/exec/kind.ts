import type { TaskKind } from '../../engine/task-kind.js';

/** Runs a shell command over the store's files: the door to everything that is not a task kind of its own. */
export const exec: TaskKind = {
  name: 'exec',
  version: 1,
  summary: 'Runs a shell command; inputs and outputs are paths in $INPUT_<NAME> and $OUTPUT_<NAME>.',
  parameters: {
    type: 'object',
    properties: {
      run: { type: 'string', minLength: 1, description: 'The command. It starts in an empty scratch folder, which is also HOME and TMPDIR. An input of several sources is $INPUT_X_1, $INPUT_X_2, ..., lines in $INPUT_X, and lines in the file $INPUT_X_LIST.' },
      shell: { type: 'string', minLength: 1, default: '/bin/sh', description: 'A POSIX shell, started as `<shell> -e -c <run>`: the first failing command ends it.' },
      sandbox: {
        enum: ['auto', 'required', 'none'], default: 'auto',
        description: 'Whether bubblewrap hides and protects every file that is not declared: auto, where it works; required, or fail; none.',
      },
      network: { type: 'boolean', default: false, description: 'Whether the sandbox has a network. What the network answers is in no fingerprint.' },
      toolchains: {
        type: 'array', items: { type: 'string', pattern: '^(~|/)' }, uniqueItems: true, default: [],
        description: 'Folders that programs need besides the system\'s and those on PATH, such as ~/.rustup: the sandbox shows them. No fingerprint knows what is in them.',
      },
      secrets: {
        type: 'array', items: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }, uniqueItems: true, default: [],
        description: 'Environment variables that the command sees, but no fingerprint; *** in logs. What others may know goes under `environment:`.',
      },
      expectedExitCodes: {
        type: 'array', items: { type: 'integer', minimum: 0, maximum: 255 }, minItems: 1, default: [0],
        description: 'Exit codes that count as success. Death by signal n is 128 + n.',
      },
      retryExitCodes: {
        type: 'array', items: { type: 'integer', minimum: 0, maximum: 255 }, default: [],
        description: 'Exit codes worth another attempt, where `retry:` allows one; when empty, all.',
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
  secrets: ({ secrets }) => secrets as readonly string[],
  implementation: new URL('./run.js', import.meta.url),
};
