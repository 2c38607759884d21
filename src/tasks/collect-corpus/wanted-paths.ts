import { pathMatcher } from '../../corpus/path-pattern.js';

export function wantedPaths({ include, exclude = [] }: { readonly include: readonly string[]; readonly exclude?: readonly string[] }): (path: string) => boolean {
  const included = pathMatcher(include);
  const excluded = pathMatcher(exclude);
  return (path) => included(path) && !excluded(path);
}
