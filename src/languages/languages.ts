import { cpp } from './cpp.js';
import { csharp } from './csharp.js';
import { go } from './go.js';
import type { Language } from './language.js';
import { php } from './php.js';
import { python } from './python.js';

/** Every language that has a table of its own here, Python first; others come from a file (language-file.ts). */
export const languages: readonly Language[] = [python, php, cpp, csharp, go];

export function languageNamed(name: string): Language | undefined {
  return languages.find((language) => language.name === name);
}
