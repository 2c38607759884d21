import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pipelineSchema } from '../engine/load/schema.js';
import { registeredKinds } from '../tasks/registry.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { firstPipeline, rose, tyger } from './first-pipeline.js';
import { shownPath } from './pipeline-file.js';
import { Refusal, type Shell } from './shell.js';

/** What a pipeline leaves behind: results, and links to them. */
const ignored = ['cache/', 'artifacts/'];

/** `pipelines init [DIR]`: a first pipeline that runs. */
export function initVerb(directory: string, shell: Shell): Promise<ExitCode> {
  const root = resolve(shell.directory, directory);
  const files: Readonly<Record<string, string>> = {
    'first.yaml': firstPipeline,
    'texts/tyger.txt': tyger,
    'texts/rose.txt': rose,
    'pipeline.schema.json': `${JSON.stringify(pipelineSchema(registeredKinds()), null, 2)}\n`,
  };
  const inTheWay = Object.keys(files).filter((name) => existsSync(join(root, name)));
  if (inTheWay.length > 0) throw new Refusal(`${inTheWay.map((name) => shownPath(join(root, name), shell)).join(', ')} ${inTheWay.length === 1 ? 'is' : 'are'} there already`, 'name another folder: pipelines init my-project');
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      // Never over a file, not even one that appeared just now.
      writeFileSync(join(root, name), text, { flag: 'wx' });
    }
    ignoreResults(join(root, '.gitignore'));
  } catch (error) {
    throw new Refusal(`cannot write to ${shownPath(root, shell)}: ${(error as Error).message}`);
  }
  shell.stdout.write(nextSteps(Object.keys(files), relative(shell.directory, root)));
  return Promise.resolve(exitCode.ok);
}

/** Adds what is missing to a .gitignore that is there. */
function ignoreResults(path: string): void {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const lines = new Set(text.split('\n').map((line) => line.trim()));
  const missing = ignored.filter((line) => !lines.has(line) && !lines.has(line.slice(0, -1)) && !lines.has(`/${line}`));
  if (missing.length > 0) appendFileSync(path, `${text === '' || text.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`);
}

function nextSteps(files: readonly string[], directory: string): string {
  const steps = [
    ...(directory === '' ? [] : [[`cd ${directory}`, '']]),
    ['pipelines run first.yaml', 'runs it; do it twice: the second time nothing runs'],
    ['cat artifacts/first/compare/report.txt', 'what it made'],
    ['pipelines plan first.yaml -p top=3', 'what one changed parameter would run again, and why'],
    ['pipelines doctor', 'what this machine has for larger ones'],
  ];
  const width = Math.max(...steps.map(([command = '']) => command.length));
  return `wrote ${files.join(', ')}\n\nnext:\n${steps.map(([command = '', what = '']) => `  ${command.padEnd(width)}  ${what}`.trimEnd()).join('\n')}\n`;
}
