// Builds dist/: TypeScript, then what is derived from it (the digests of the task kinds' code, the JSON schema for editors), the page of `serve`, and last the
// command line as a bundle.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], { stdio: 'inherit' });

const { writeTaskDigests } = await import('./task-digests.mjs');
await writeTaskDigests();
const { writeSchema } = await import('./schema.mjs');
await writeSchema();
const { writePage } = await import('./page.mjs');
await writePage();
const { bundleCommandLine } = await import('./bundle.mjs');
await bundleCommandLine();
chmodSync('dist/cli/main.js', 0o755);
