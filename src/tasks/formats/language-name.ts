const names: Readonly<Record<string, string>> = { python: 'Python', php: 'PHP', csharp: 'C#', go: 'Go', cpp: 'C++' };

/** As people write it. */
export function languageName(language: string): string {
  return names[language] ?? language;
}

/** `PHP, C# and Go` */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) as string}`;
}
