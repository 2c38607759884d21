/** Parts of a secret that are shorter than this stand in any text by chance. */
const shortestPart = 4;
const shortestBase64 = 8;

/** Values that a log must not show, with the spellings in which programs print them. */
export class Secrets {
  /** Characters of the longest spelling. */
  readonly longest: number;
  readonly #spellings: RegExp | undefined;

  constructor(values: readonly string[]) {
    const spellings = [...new Set(values.flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
    this.longest = spellings[0]?.length ?? 0;
    this.#spellings = spellings.length === 0 ? undefined
      : new RegExp(spellings.map((spelling) => spelling.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|'), 'g');
  }

  /** The first `length` characters of a text, with *** for each secret that begins in them. */
  mask(text: string, length = text.length): string {
    let masked = '';
    let at = 0;
    for (const match of this.#spellings ? text.matchAll(this.#spellings) : []) {
      if (match.index >= length) break;
      masked += `${text.slice(at, match.index)}***`;
      at = match.index + match[0].length;
    }
    return masked + text.slice(at, Math.max(at, length));
  }
}

/** As it is, each of its lines (a log has lines), and inside JSON, a URL and base64. */
function spellingsOf(secret: string): string[] {
  if (secret === '') return [];
  const lines = secret.split(/\r\n|\n|\r/).filter((line) => line.length >= shortestPart);
  const whole = secret.includes('\n') || secret.includes('\r') ? [] : [secret];
  return [...whole, ...lines, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), ...base64Inside(secret)];
}

/** What is the same in the base64 of every text that contains the secret: base64 looks different at each position modulo three. */
function base64Inside(secret: string): string[] {
  return [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret, 'utf8')]);
    return bytes.toString('base64').slice(Math.ceil(shift * 8 / 6), Math.floor(bytes.length * 8 / 6));
  }).filter((part) => part.length >= shortestBase64);
}
