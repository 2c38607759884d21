import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleCode, codeDigestOf } from '../../src/engine/code-digest.js';
import type { ParameterSchema } from '../../src/engine/task-kind.js';
import { folderWith } from './own-kinds/rig.js';

const noParameters: ParameterSchema = { type: 'object', properties: {}, additionalProperties: false };

async function bundled(entry: string) {
  const result = await bundleCode(entry);
  if (result.kind === 'invalid') throw new Error(result.mistakes[0]?.message);
  return result.code;
}

async function digest(files: Readonly<Record<string, string>>, entry = 'task.mjs', parameters = noParameters): Promise<string> {
  return codeDigestOf(await bundled(join(await folderWith(files), entry)), parameters);
}

const task = "import { double } from './double.mjs';\nexport default { run() { return double(21); } };\n";
const double = 'export const double = (n) => 2 * n;\n';

describe('the digest of code', () => {
  it('pain 3: is that of what the code does: a comment, a reformat, a moved or renamed file change nothing', async () => {
    const before = await digest({ 'task.mjs': task, 'double.mjs': double });
    expect(await digest({ 'task.mjs': `// why\n${task}`, 'double.mjs': double })).toBe(before);
    expect(await digest({ 'task.mjs': task.replaceAll(' ', '  ').replaceAll('; ', ';\n\n'), 'double.mjs': double })).toBe(before);
    expect(await digest({ 'renamed.mjs': task, 'double.mjs': double }, 'renamed.mjs')).toBe(before);
    expect(await digest({ 'task.mjs': task.replace('./double', './twice'), 'twice.mjs': double })).toBe(before);
  });

  it('pain 2f: changes with the code, and with that of a local module that it imports, also one that it imports later', async () => {
    const before = await digest({ 'task.mjs': task, 'double.mjs': double });
    expect(await digest({ 'task.mjs': task.replace('21', '22'), 'double.mjs': double })).not.toBe(before);
    expect(await digest({ 'task.mjs': task, 'double.mjs': double.replace('2 *', '3 *') })).not.toBe(before);
    const lazy = "export default { async run() { return (await import('./double.mjs')).double(21); } };";
    expect(await digest({ 'task.mjs': lazy, 'double.mjs': double.replace('2 *', '3 *') })).not.toBe(await digest({ 'task.mjs': lazy, 'double.mjs': double }));
  });

  it('changes with the version of a package that it imports, not with the version of this one', async () => {
    const folder = await folderWith({ 'task.mjs': "import { a } from '@scope/words/deep.js';\nimport { defineTask } from 'pipelines';\nexport default defineTask({ run: a });\n" });
    const install = async (name: string, version: string): Promise<void> => {
      await mkdir(join(folder, 'node_modules', name), { recursive: true });
      await writeFile(join(folder, 'node_modules', name, 'package.json'), JSON.stringify({ name, version }));
    };
    const digests: string[] = [];
    const take = async (): Promise<void> => { digests.push(codeDigestOf(await bundled(join(folder, 'task.mjs')), noParameters)); };
    await take();
    await install('@scope/words', '1.0.0');
    await take();
    await install('@scope/words', '1.0.1');
    await take();
    await install('pipelines', '9.9.9');
    await take();
    expect(new Set(digests).size).toBe(3);
    expect(digests[3]).toBe(digests[2]);
  });

  it('changes with the default of a parameter', async () => {
    const withDefault = (value: number): ParameterSchema => ({ ...noParameters, properties: { steps: { type: 'integer', default: value } } });
    expect(await digest({ 'task.mjs': task, 'double.mjs': double }, 'task.mjs', withDefault(1))).not.toBe(await digest({ 'task.mjs': task, 'double.mjs': double }, 'task.mjs', withDefault(2)));
  });

  it('does not depend on a tsconfig.json that lies above', async () => {
    const classes = "export default { run: () => { class A { x = 1; } return new A(); } };";
    expect(await digest({ 'task.mjs': classes, 'tsconfig.json': '{ "compilerOptions": { "target": "ES5", "useDefineForClassFields": false } }' })).toBe(await digest({ 'task.mjs': classes }));
  });
});
