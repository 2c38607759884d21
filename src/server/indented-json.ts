const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+|"/g;

/**
 * JSON with a line for each value. It goes by the text alone: numbers keep their digits, which reading and writing them again
 * would not, and what is no JSON after all is still shown.
 */
export function indentedJson(text: string): string {
  const parts: string[] = [];
  let [depth, before] = [0, ''];
  const newLine = (): void => { parts.push('\n', '  '.repeat(Math.max(0, depth))); };
  for (const [token] of text.matchAll(tokens)) {
    const [opens, closes] = [before === '{' || before === '[', token === '}' || token === ']'];
    if (opens) depth += 1;
    if (closes) depth -= 1;
    if (opens !== closes || before === ',') newLine();
    parts.push(token === ':' ? ': ' : token);
    before = token;
  }
  return `${parts.join('')}\n`;
}
