// Bundles a benchmark (bench/<name>.ts) and runs it: node bench/run.mjs training [arguments]
import { build } from 'esbuild';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '..');
const [name = 'training', ...rest] = process.argv.slice(2);
// Inside node_modules, so that the bundle finds the packages it leaves external.
const outfile = resolve(root, 'node_modules/.cache/bench', `${name}.mjs`);
await mkdir(resolve(outfile, '..'), { recursive: true });
await build({ entryPoints: [resolve(root, 'bench', `${name}.ts`)], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' });
process.argv = [process.argv[0], outfile, ...rest];
await import(pathToFileURL(outfile).href);
