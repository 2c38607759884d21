import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as library from '../../src/index.js';

const repository = fileURLToPath(new URL('../../', import.meta.url));

interface Block { readonly language: string; readonly text: string; readonly line: number }

async function blocksOf(document: string): Promise<readonly Block[]> {
  const text = await readFile(join(repository, document), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(({ 1: language = '', 2: body = '', index }) => ({ language, text: body, line: text.slice(0, index).split('\n').length }));
}

/** Every example of docs/api.md in one folder, as a project that has this package installed. */
describe('docs/api.md', async () => {
  const blocks = await blocksOf('docs/api.md');
  const examples = blocks.filter(({ language }) => language === 'ts');
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pipelines-api-docs-'));
    await mkdir(join(folder, 'node_modules', '@types'), { recursive: true });
    await symlink(repository, join(folder, 'node_modules', 'pipelines'));
    await symlink(join(repository, 'node_modules', '@types', 'node'), join(folder, 'node_modules', '@types', 'node'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    for (const { text } of blocks) {
      const name = /^(?:#|\/\/) (\S+\.\w+)$/m.exec(text.split('\n')[0] ?? '')?.[1];
      if (name !== undefined) await writeFile(join(folder, name), text);
    }
    for (const { text, line } of examples) await writeFile(join(folder, `line-${String(line)}.ts`), text);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('shows every export', () => {
    const text = examples.map((block) => block.text).join('');
    expect(Object.keys(library).filter((name) => !new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from 'pipelines'`).test(text))).toEqual([]);
  });

  it('compiles', () => {
    const program = ts.createProgram(examples.map(({ line }) => join(folder, `line-${String(line)}.ts`)), {
      target: ts.ScriptTarget.ES2022, lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'], module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: true, types: ['node'], outDir: folder,
    });
    const found = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
    expect(ts.formatDiagnostics(found, { getCurrentDirectory: () => folder, getCanonicalFileName: (name) => name, getNewLine: () => '\n' })).toBe('');
  });

  it.each(examples.map(({ line }) => [line]))('runs the example at line %i', async (line) => {
    const { exitCode, stderr } = await execa(process.execPath, [`line-${String(line)}.js`], { cwd: folder, reject: false });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });
});
