import { pipelineSchema } from '../engine/load/schema.js';
import { registeredKinds } from '../tasks/registry.js';
import { exitCode, type ExitCode } from './exit-code.js';
import type { Shell } from './shell.js';

/** `pipelines schema`: the JSON Schema of pipeline files with the task kinds of this version. */
export async function schemaVerb(shell: Shell): Promise<ExitCode> {
  shell.stdout.write(`${JSON.stringify(pipelineSchema(registeredKinds()), null, 2)}\n`);
  return exitCode.ok;
}
