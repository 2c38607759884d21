import { readFile, writeFile } from 'node:fs/promises';
import { defineTask } from 'pipelines';

export default defineTask({
  summary: 'Tabulates the words that every text uses.',
  inputs: { counts: { type: 'file', many: true, description: 'Counts of one text each.' } },
  outputs: { table: 'common-words.csv' },
  async run(context) {
    const texts = await Promise.all(context.inputs('counts').map(async ({ path, labels }) => ({
      name: labels.text, counts: JSON.parse(await readFile(path, 'utf8')),
    })));
    const common = Object.keys(texts[0].counts).filter((word) => texts.every(({ counts }) => word in counts));
    const rows = common.map((word) => [word, ...texts.map(({ counts }) => counts[word])]);
    await writeFile(context.output('table'), [['word', ...texts.map(({ name }) => name)], ...rows].map((row) => `${row.join(',')}\n`).join(''));
  },
});
