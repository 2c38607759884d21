/**
 * Compiles globs to one test of a `/`-separated path: `*` and `?` within a name, `**` across folders, `{a,b}` alternatives.
 * A pattern without a slash matches the file's name in any folder, as in .gitignore.
 */
export function pathMatcher(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.map((pattern) => new RegExp(`^${translate(pattern.includes('/') ? pattern : `**/${pattern}`)}$`));
  return (path) => expressions.some((expression) => expression.test(path));
}

function translate(pattern: string): string {
  let depth = 0;
  return pattern.replaceAll(/\*\*\/|\*\*|\*|\?|[{},]|[.+^$()|[\]\\]/g, (token) => {
    switch (token) {
      case '**/': return '(?:[^/]+/)*';
      case '**': return '.*';
      case '*': return '[^/]*';
      case '?': return '[^/]';
      case '{': depth += 1; return '(?:';
      case '}': if (depth === 0) return '\\}'; depth -= 1; return ')';
      case ',': return depth > 0 ? '|' : ',';
      default: return `\\${token}`;
    }
  }) + ')'.repeat(depth);
}
