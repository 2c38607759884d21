// Bundles the command line in place: Node takes longer to find and load two hundred small modules than most commands take to run.
// What a command needs only sometimes is imported when it is needed, and so becomes a file of its own.
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';

/** Small packages that every command loads. Others stay where they are: native code, workers, and what is seldom needed. */
const inlined = new Set(['commander', 'canonicalize', 'ulid', 'picocolors', 'pretty-ms', 'parse-ms', 'pretty-bytes', 'fastest-levenshtein']);

export async function bundleCommandLine() {
  await build({
    entryPoints: { 'cli/main': 'dist/cli/main.js' },
    outdir: 'dist', chunkNames: 'chunks/[name]-[hash]', allowOverwrite: true,
    bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node20.19', logLevel: 'error', legalComments: 'none',
    // commander is CommonJS and asks for Node's own modules by require.
    banner: { js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);" },
    plugins: [packages, ownPlaces],
  });
}

const packages = {
  name: 'packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      const name = path.split('/').slice(0, path.startsWith('@') ? 2 : 1).join('/');
      return inlined.has(name) ? undefined : { path, external: true };
    });
  },
};

/** Modules find their neighbours (a task's implementation, the worker, the shipped pipelines) from where they are: a bundle says where that was. */
const ownPlaces = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/].*\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      if (!contents.includes('import.meta.url')) return undefined;
      const place = relative(resolve('dist'), path).split(sep).join('/');
      return { contents: contents.replaceAll('import.meta.url', `new URL(${JSON.stringify(`../${place}`)}, import.meta.url).href`), loader: 'js', resolveDir: dirname(path) };
    });
  },
};
