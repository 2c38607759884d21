/**
 * Byte-pair encoding of one pre-token: joins the adjacent pair of lowest rank until none is left.
 * Quadratic in the word's length, for words.
 * @param ranks of `left + ' ' + right`
 */
export function mergeWord(word: string, ranks: ReadonlyMap<string, number>): string[] {
  const parts = [...word];
  for (;;) {
    let best = -1;
    let bestRank = Infinity;
    for (let index = 0; index + 1 < parts.length; index += 1) {
      const rank = ranks.get(`${parts[index]} ${parts[index + 1]}`) ?? Infinity;
      if (rank < bestRank) [best, bestRank] = [index, rank];
    }
    if (best === -1) return parts;
    parts.splice(best, 2, `${parts[best]}${parts[best + 1]}`);
  }
}
