import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../../src/engine/diagnostic.js';
import { loadOwnKind } from '../../../src/engine/own-kinds/load-own-kind.js';
import { withOwnKinds } from '../../../src/engine/own-kinds/own-kinds-in-pipeline.js';
import type { RegisteredKind } from '../../../src/engine/task-kind.js';
import { loadPipelineText } from '../../../src/library/load-pipeline.js';
import { folderWith } from './rig.js';
import { wrongKinds } from './wrong-kinds.js';

const loadsTypeScript = false;

async function loaded(source: string): Promise<RegisteredKind> {
  const folder = await folderWith({ 'task.mjs': source });
  const result = await loadOwnKind('./task.mjs', join(folder, 'task.mjs'));
  if (result.kind === 'invalid') throw new Error(result.mistakes.map(({ message }) => message).join('\n'));
  return result.registered;
}

describe('a task kind in a file', () => {
  it('fills in what a definition leaves out', async () => {
    const { kind, fingerprintName } = await loaded(`export default {
      summary: 'Counts.', parameters: { top: { type: 'integer' }, by: { enum: ['word'], default: 'word' } },
      inputs: { text: 'file' }, outputs: { counts: 'counts.json', plots: 'plots/' }, run() {},
    };`);
    expect(fingerprintName).toBe('own');
    expect(kind).toMatchObject({
      name: './task.mjs', version: 1, sensitivity: 'runtime', resources: { cores: 1, memory: 512 * 2 ** 20 },
      parameters: { type: 'object', required: ['top'], additionalProperties: false },
      inputs: { text: { type: 'file' } },
      outputs: { counts: { type: 'file', fileName: 'counts.json' }, plots: { type: 'tree', fileName: 'plots' } },
    });
  });

  it('takes the long forms as they are', async () => {
    const { kind } = await loaded(`export default {
      summary: 'Counts.', source: 'section 2', version: 3, sensitivity: 'portable', resources: { cores: 2, memory: '1GiB' }, readsUpstream: true,
      parameters: { type: 'object', additionalProperties: false, required: [], properties: { top: { type: 'integer', default: 3 } } },
      inputs: { parts: { type: 'file', many: true, optional: true, description: 'Parts.' } },
      outputs: { page: { fileName: 'page.html', mediaType: 'text/html', description: 'To read.' } }, run() {},
    };`);
    expect(kind).toMatchObject({
      source: 'section 2', version: 3, sensitivity: 'portable', resources: { cores: 2, memory: 2 ** 30 }, readsUpstream: true,
      inputs: { parts: { many: true, optional: true } }, outputs: { page: { type: 'file', mediaType: 'text/html' } },
    });
  });

  it('expands, and what its expand() throws or gives back is a mistake of the pipeline', async () => {
    const source = (body: string): string => `export default { summary: 'Trains.', outputs: { model: 'model.txt' }, parameters: { steps: { type: 'integer' } }, expand(parameters) { ${body} }, run() {} };`;
    const good = await loaded(source("return { axis: 'step', segments: [{ label: parameters.steps, parameters: {} }], carry: [] };"));
    expect(good.kind.expand?.({ steps: 7 })).toEqual({ axis: 'step', segments: [{ label: 7, parameters: {} }], carry: [] });
    const throwing = await loaded(source("throw new RangeError('odd steps');"));
    expect(() => throwing.kind.expand?.({ steps: 7 })).toThrow('expand() throws: odd steps');
    const wrong = await loaded(source("return { axis: 'step', segments: [{ parameters: {} }], carry: [] };"));
    expect(() => wrong.kind.expand?.({ steps: 7 })).toThrow(/^expand\(\) gives back something else than an expansion: .*"label"/);
  });

  it('is refused once it was changed after this process loaded it', async () => {
    const source = (text: string): string => `export default { summary: '${text}', outputs: { a: 'a.txt' }, run() {} };`;
    const folder = await folderWith({ 'task.mjs': source('One.') });
    const load = () => loadOwnKind('./task.mjs', join(folder, 'task.mjs'));
    expect((await load()).kind).toBe('ok');
    await writeFile(join(folder, 'task.mjs'), `// the same\n${source('One.')}`);
    expect((await load()).kind).toBe('ok');
    await writeFile(join(folder, 'task.mjs'), source('Two.'));
    expect(await load()).toMatchObject({ kind: 'invalid', mistakes: [{ code: 'kind-changed', hint: 'start a new process' }] });
  });
});

describe('own kinds of a pipeline', () => {
  it('are found however uses: is written, and nowhere else', async () => {
    const files = ['plain', 'single', 'double', 'flow', 'folded', 'anchored', 'commented'];
    const kind = "export default { summary: 'x', outputs: { out: 'out.txt' }, run() {} };\n";
    const folder = await folderWith(Object.fromEntries(files.map((name) => [`${name}.mjs`, kind])));
    const text = `name: forms
tasks:
  a: 
    uses: ./plain.mjs
  b: { uses: './single.mjs' }
  c: { "uses": "./double.mjs", description: 'uses: ./not-me.mjs' }
  d: {uses: ./flow.mjs}
  e:
    uses: >-
      ./folded.mjs
  f:
    uses: &same ./anchored.mjs
  g:
    uses: *same
  h:
    uses: ./commented.mjs   # uses: ./nor-me.mjs
  i:
    description: |
      uses: ./nor-me-either.mjs
    uses: ./plain.mjs
`;
    const { kinds, diagnostics } = await withOwnKinds(join(folder, 'forms.yaml'), text, new Map(), {});
    expect(diagnostics).toEqual([]);
    expect([...kinds.keys()].sort()).toEqual(files.map((name) => `./${name}.mjs`).sort());
  });

  it('start at the folder of the pipeline file, also above it', async () => {
    const folder = await folderWith({ 'up.mjs': "export default { summary: 'x', outputs: { out: 'out.txt' }, run() {} };\n" });
    await mkdir(join(folder, 'pipelines'));
    const result = await loadPipelineText(join(folder, 'pipelines', 'p.yaml'), 'name: p\ntasks:\n  a: { uses: ../up.mjs }\n', { kinds: new Map(), cache: join(folder, 'cache') });
    expect(result).toMatchObject({ kind: 'ok', pipeline: { tasks: [{ id: 'a', uses: '../up.mjs', outputs: { out: { fileName: 'out.txt' } } }] } });
  });

  // After a deliberate change of wording: npx vitest run test/engine/own-kinds -u, then read the diff.
  it('say all that is wrong with them, where the pipeline names them', async () => {
    const folder = await folderWith(wrongKinds);
    await mkdir(join(folder, 'folder.mjs'));
    const wrong = [...Object.keys(wrongKinds).filter((name) => name !== 'counting.mjs'), 'folder.mjs', 'syntaks.mjs'];
    const text = `name: wrong\ntasks:\n${wrong.map((name) => `  ${dirname(`${name}/x`).replace('.', '-')}: { uses: ./${name} }\n`).join('')}`;
    const file = join(folder, 'wrong.yaml');
    const own = await withOwnKinds(file, text, new Map(), { loadsTypeScript });
    expect([...own.broken].sort()).toEqual(wrong.map((name) => `./${name}`).sort());
    const rendered = renderDiagnostics(own.diagnostics, text, { color: false }).replaceAll(file, 'wrong.yaml').replaceAll(/Node \d+ cannot/g, 'Node 20 cannot');
    expect(rendered).not.toContain(folder);
    await expect(rendered).toMatchFileSnapshot('wrong-kinds.txt');
  });

  it('that are broken are reported once each, beside all other mistakes of the file, in its order', async () => {
    const folder = await folderWith({ 'bad.mjs': 'export default 3;\n' });
    const text = 'name: p\ntasks:\n  a: { uses: nope }\n  b: { uses: ./bad.mjs }\n  c: { uses: ./bad.mjs }\n  d: { uses: nope, wiht: {} }\n';
    const result = await loadPipelineText(join(folder, 'p.yaml'), text, { kinds: new Map(), cache: join(folder, 'cache') });
    expect(result.kind === 'invalid' && result.diagnostics.map(({ code, position }) => `${String(position?.line)} ${code}`)).toEqual([
      '3 unknown-kind', '4 bad-definition', '6 unknown-kind', '6 unknown-key',
    ]);
  });
});
