// The one implementation behind the kinds of dags.ts: what it writes depends on all that it reads, and on nothing else.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function run(context) {
  const parts = [context.parameters.text];
  for (const { path } of context.inputs('from')) parts.push(await readFile(path, 'utf8'));
  for (const { path } of context.inputs('trees')) parts.push(await readFile(join(path, 'deep', 'all.txt'), 'utf8'), await readFile(join(path, 'run.sh'), 'utf8'));
  const value = context.value('value');
  if (value !== undefined) parts.push(JSON.stringify(value));
  const { modulo } = context.parameters;
  const all = parts.join('|');
  const sum = [...all].reduce((total, character) => total + character.charCodeAt(0), 0);
  const text = modulo === 0 ? all : String(sum % modulo);
  const writers = {
    text: (path) => writeFile(path, text),
    document: (path) => writeFile(path, JSON.stringify({ sum: sum % 3, all: text })),
    async folder(path) {
      await mkdir(join(path, 'deep', 'empty'), { recursive: true });
      await writeFile(join(path, 'deep', 'all.txt'), text);
      await writeFile(join(path, 'run.sh'), String(sum), { mode: 0o755 });
    },
  };
  for (const name of context.outputNames) await writers[name](context.output(name));
}
