import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../../src/engine/diagnostic.js';
import { loadPipeline } from '../../../src/engine/load/load-pipeline.js';
import { kinds } from './kinds.js';

const folder = new URL('golden/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

describe('error messages', () => {
  // After a deliberate change of wording: npx vitest run test/engine/load/golden.test.ts -u, then read the diff.
  it.each(files)('of %s', async (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const result = loadPipeline(name, text, kinds, {});
    expect(result.kind).toBe('invalid');
    const rendered = result.kind === 'invalid' ? renderDiagnostics(result.diagnostics, text, { color: false }) : '';
    await expect(rendered).toMatchFileSnapshot(`golden/${name.replace('.yaml', '.txt')}`);
  });
});
