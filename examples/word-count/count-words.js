import { readFile, writeFile } from 'node:fs/promises';
import { defineTask, TaskError } from 'pipelines';
import { countOf } from './counting.js';

export default defineTask({
  summary: 'Counts how often each word comes in a list of words.',
  parameters: {
    shortest: { type: 'integer', minimum: 1, default: 1, description: 'Letters of the shortest word that counts.' },
  },
  inputs: { words: 'file' },
  outputs: { counts: 'counts.json' },
  async run(context) {
    const words = (await readFile(context.input('words').path, 'utf8')).split('\n');
    const counted = words.filter((word) => word.length >= context.parameters.shortest);
    if (counted.length === 0) throw new TaskError('there is no word to count', 'lower "shortest"');
    context.log(`${counted.length} words of ${context.parameters.shortest} letters or more`);
    await writeFile(context.output('counts'), `${JSON.stringify(countOf(counted), null, 2)}\n`);
  },
});
