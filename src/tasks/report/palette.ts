/** One colour a language, the same in every picture: CSS variables of the page's style. */
const colours: Readonly<Record<string, string>> = {
  python: 'var(--python)', php: 'var(--php)', csharp: 'var(--csharp)', go: 'var(--go)', cpp: 'var(--cpp)',
};

export function colourOf(language: string): string {
  return colours[language] ?? 'var(--other)';
}
