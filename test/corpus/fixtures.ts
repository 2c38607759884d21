import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeCorpus, type Document } from '../../src/corpus/corpus.js';

/** A small program in Python or PHP; different for each number. */
export function program(language: 'python' | 'php', number: number): string {
  const name = ['get_tail', 'count_items', 'is_sorted', 'sum_all'][number % 4] ?? '';
  const lines = 1 + (number * 7) % 5;
  const body = Array.from({ length: lines }, (_, line) => line + number);
  return language === 'python'
    ? `def ${name}_${number}(items):\n    """${name.replace('_', ' ')}"""\n${body.map((value) => `    items.append(len(items) + ${value})\n`).join('')}    return not items\n`
    : `<?php\nfunction ${name}_${number}($items) {\n${body.map((value) => `    $items[] = count($items) + strlen("${value}");\n`).join('')}    return !$items && true;\n}\n`;
}

export function programs(language: 'python' | 'php', count: number): Document[] {
  return Array.from({ length: count }, (_, number) => ({
    id: `${language}/${number}`, language, text: program(language, number), origin: `made@${number % 2}`, licence: number % 3 === 0 ? 'MIT' : 'Apache-2.0',
  }));
}

export async function corpusIn(folder: string, name: string, documents: readonly Document[]): Promise<string> {
  const path = join(folder, name);
  mkdirSync(path);
  await writeCorpus(path, documents);
  return path;
}
