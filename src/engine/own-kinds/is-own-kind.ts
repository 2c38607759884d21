/** Whether `uses:` names a kind of the user's: by a relative path, which no name of a kind can be. */
export function isOwnKind(uses: string): boolean {
  return /^\.{1,2}\//.test(uses);
}
