// The digest of each task kind's code: sha256 over the minified bundle of its implementation with all its local imports,
// the versions of the packages the bundle imports, and the defaults of its parameters (a changed default is a change of code).
// Minified, so that a comment or a reformat reruns nothing, nor does a rename, mostly: esbuild picks the letters of its names by
// how frequent they are in the source, so a rename may change them. Then too much runs, never too little.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import canonicalize from 'canonicalize';

export async function writeTaskDigests() {
  const { kinds } = await import(pathToFileURL('dist/tasks/registry.js').href);
  const digests = {};
  for (const kind of kinds) digests[kind.name] = await digestOfKind(kind);
  writeFileSync('dist/task-digests.json', `${JSON.stringify(digests, null, 2)}\n`);
}

async function digestOfKind(kind) {
  const result = await build({
    entryPoints: [fileURLToPath(kind.implementation)],
    bundle: true, minify: true, write: false, metafile: true,
    platform: 'node', format: 'esm', packages: 'external', legalComments: 'none', logLevel: 'error',
  });
  const packages = [...new Set(Object.values(result.metafile.outputs).flatMap((output) => output.imports)
    .filter((imported) => imported.external && !imported.path.startsWith('node:'))
    .map((imported) => packageName(imported.path)))].sort();
  const versions = Object.fromEntries(packages.map((name) => [name, installedVersion(name)]));
  const defaults = Object.fromEntries(Object.entries(kind.parameters.properties).map(([name, schema]) => [name, schema.default ?? null]));
  return createHash('sha256').update(canonicalize({
    bundle: createHash('sha256').update(result.outputFiles[0].contents).digest('hex'), versions, defaults,
  })).digest('hex');
}

function packageName(path) {
  return path.split('/').slice(0, path.startsWith('@') ? 2 : 1).join('/');
}

/** Null for an optional package that is not installed: installing it changes the digest, as it should. */
function installedVersion(name) {
  try {
    return JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;
  } catch {
    return null;
  }
}
