// Bundles the page of `pipelines serve` into dist/server/page/. What it is made from (lit-html, dagre) is in the bundle, so those
// who install this package need neither; their licences go with it.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const source = 'src/server/page';
const target = 'dist/server/page';

export async function writePage() {
  mkdirSync(target, { recursive: true });
  const { metafile } = await build({
    entryPoints: [`${source}/main.ts`], outfile: `${target}/page.js`, tsconfig: `${source}/tsconfig.json`,
    bundle: true, minify: true, metafile: true, platform: 'browser', format: 'esm', target: 'es2023', legalComments: 'none', logLevel: 'error',
  });
  for (const name of ['index.html', 'page.css', 'icon.svg']) copyFileSync(`${source}/${name}`, `${target}/${name}`);
  writeFileSync(`${target}/LICENSES.txt`, packagesIn(metafile).map(licenceText).join('\n\n'));
}

function packagesIn({ inputs }) {
  return [...new Set(Object.keys(inputs).flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []))].sort();
}

function licenceText(name) {
  const folder = `node_modules/${name}`;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const { license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  return `${name} (${license})\n\n${file ? readFileSync(`${folder}/${file}`, 'utf8') : ''}`;
}
