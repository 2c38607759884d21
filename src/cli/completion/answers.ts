import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';
import { pinsIn } from '../../engine/cache/pins.js';
import { runFolders } from '../../engine/runs/run-folders.js';
import { cacheDirectory } from '../../library/surroundings.js';
import { kinds } from '../../tasks/registry.js';
import { artifactsDirectory } from '../artifacts.js';
import { exitCode, type ExitCode } from '../exit-code.js';
import { readPipelineFile, shippedPipelines } from '../pipeline-file.js';
import type { Shell } from '../shell.js';
import type { Question } from './grammar-tree.js';

/** `pipelines __complete QUESTION -- WORDS`: what a completion script asks; `words` are what is typed after the verb. Never fails: there is nobody to read a message. */
export async function answerVerb(question: Question, words: readonly string[], shell: Shell): Promise<ExitCode> {
  const answers = await answersTo(question, words, shell).catch((): readonly string[] => []);
  shell.stdout.write(answers.map((answer) => `${answer}\n`).join(''));
  return exitCode.ok;
}

function answersTo(question: Question, words: readonly string[], shell: Shell): Promise<readonly string[]> {
  switch (question) {
    case 'pipelines':
      return pipelineNames(shell);
    case 'kinds':
      return Promise.resolve(kinds.map(({ name }) => name).sort());
    case 'runs':
      return Promise.resolve(['latest', ...runFolders(artifactsDirectory({}, shell)).map(({ id }) => id).reverse()]);
    case 'pins':
      return Promise.resolve(pinsIn(cacheDirectory(undefined, shell.environment, shell.directory)).map(({ name }) => name));
    case 'profiles':
      return keysBelow('profiles', words, shell);
    case 'params':
      return keysBelow('params', words, shell).then((names) => names.map((name) => `${name}=`));
    case 'tasks':
      return keysBelow('tasks', words, shell);
  }
}

/** As `run` would find them: here, in `pipelines/`, and those of this package. */
async function pipelineNames(shell: Shell): Promise<readonly string[]> {
  const folders = [shell.directory, resolve(shell.directory, 'pipelines'), shippedPipelines];
  const names = await Promise.all(folders.map((folder) => readdir(folder).catch((): string[] => [])));
  return [...new Set(names.flat().filter((name) => /\.ya?ml$/.test(name)))].sort();
}

/** The file is only looked at, not checked: it is being written, perhaps. */
async function keysBelow(section: 'profiles' | 'params' | 'tasks', words: readonly string[], shell: Shell): Promise<readonly string[]> {
  for (const word of words.filter((each) => /\.ya?ml$/.test(each))) {
    const found = await readPipelineFile(word, shell).catch(() => undefined);
    const contents = found && parseDocument(found.text).contents;
    const map: unknown = isMap(contents) ? contents.get(section) : undefined;
    if (isMap(map)) return (map as YAMLMap).items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
  }
  return [];
}
