import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { identifierTable, promptsOf } from '../../src/languages/identifiers.js';

const tables = fileURLToPath(new URL('../fixtures/paper/identifiers.json', import.meta.url));

describe('identifiers', () => {
  it('are those of the paper\'s table A.1', () => {
    const paper = (JSON.parse(readFileSync(tables, 'utf8')) as { identifiers_A1: Record<string, Record<string, string[]>> }).identifiers_A1;
    const ours = Object.entries({ PHP: 'php', 'C#': 'csharp', Go: 'go', 'C++': 'cpp' } as const).map(([name, language]) => [name, Object.fromEntries(
      identifierTable[language].map(({ identifier, python }) => [identifier === 'append' ? '=append' : identifier, python]))]);
    expect(Object.fromEntries(ours)).toEqual({ PHP: paper['PHP'], 'C#': paper['C#'], Go: paper['Go'], 'C++': paper['C++'] });
  });

  it('are due just after the prompt', () => {
    const text = '// get tail\nfunction get_tail($xs) {\n    sort($xs);\n    return array_sum($xs) % 4;\n}\n';
    expect(promptsOf(text, identifierTable.php)).toEqual([
      { identifier: 'sort', python: ['sorted'], prompt: '// get tail\nfunction get_tail($xs) {\n    ' },
      { identifier: 'array_sum', python: ['sum'], prompt: '// get tail\nfunction get_tail($xs) {\n    sort($xs);\n    return ' },
    ]);
  });

  it.each([
    ['php', 'account($x); $count(1); $this->count(); count_of(2); // count the words', 0],
    ['php', 'count ', 0],
    ['php', 'count($a) + count($b)', 2],
    ['cpp', 'a != b && !c || !(d)', 4],
    ['cpp', 'xs.push_back(4); catch (...) { to_string(3); }', 3],
    ['go', 'xs = append(xs, 4); if x == nil { return true }', 3],
    ['csharp', 'xs.Add(4); xs.AddRange(ys); Console.WriteLine(s.IndexOf("a"));', 3],
  ] as const)('in %s: %s', (language, text, count) => {
    expect(promptsOf(text, identifierTable[language])).toHaveLength(count);
  });
});
