// Writes dist/task-digests.json: the digest of each built-in task kind's code. What goes into one: src/engine/code-digest.ts.
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

export async function writeTaskDigests() {
  const { kinds } = await import(pathToFileURL('dist/tasks/registry.js').href);
  const { bundleCode, codeDigestOf } = await import(pathToFileURL('dist/engine/code-digest.js').href);
  const digests = {};
  for (const kind of kinds) {
    const bundled = await bundleCode(fileURLToPath(kind.implementation));
    if (bundled.kind === 'invalid') throw new Error(`the code of ${kind.name} cannot be bundled: ${bundled.mistakes[0].message}`);
    digests[kind.name] = codeDigestOf(bundled.code, kind.parameters);
  }
  writeFileSync('dist/task-digests.json', `${JSON.stringify(digests, null, 2)}\n`);
}
