import type { Language, LanguageName } from './language.js';
import { php } from './php.js';
import { python } from './python.js';

/** Every language that has a table, by name. */
export const languages: Readonly<Partial<Record<LanguageName, Language>>> = { python, php };

export function languageNamed(name: string): Language | undefined {
  return (languages as Readonly<Partial<Record<string, Language>>>)[name];
}
