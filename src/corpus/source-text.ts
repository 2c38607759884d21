/** Limits of a source file that is worth training on. */
export interface TextLimits {
  readonly minBytes: number;
  readonly maxBytes: number;
  /** Characters. */
  readonly maxLineLength: number;
  readonly maxMeanLineLength: number;
  /** Letters and digits over all characters. */
  readonly minAlphanumericShare: number;
}

/** Why a file is left out. */
export type RemovalReason =
  | 'too-small' | 'too-large' | 'not-utf8' | 'binary' | 'long-lines' | 'few-letters' | 'generated' | 'duplicate' | 'licence';

export type SourceText =
  | { readonly kind: 'kept'; readonly text: string }
  | { readonly kind: 'removed'; readonly reason: RemovalReason };

/** Where generated files say so. */
const headCharacters = 2_000;
const generatedMark = /@generated|\bdo not (?:edit|modify)\b|auto-?generated|automatically generated|generated (?:by|from|using) (?:the )?\w+/i;

/**
 * Decodes a file and applies the filters that code corpora use (line lengths and alphanumeric share as for The Stack and
 * StarCoder; marks of generated code). Line ends become `\n`, a byte order mark goes.
 */
export function sourceText(bytes: Uint8Array, limits: TextLimits): SourceText {
  if (bytes.length > limits.maxBytes) return removed('too-large');
  const decoded = decodeUtf8(bytes);
  if (decoded === undefined) return removed('not-utf8');
  if (decoded.includes('\0')) return removed('binary');
  const text = decoded.replaceAll(/\r\n?/g, '\n');
  if (Buffer.byteLength(text) < limits.minBytes) return removed('too-small');
  if (generatedMark.test(text.slice(0, headCharacters))) return removed('generated');
  if (hasLongLines(text, limits)) return removed('long-lines');
  const alphanumeric = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (alphanumeric < limits.minAlphanumericShare * text.length) return removed('few-letters');
  return { kind: 'kept', text };
}

function removed(reason: RemovalReason): SourceText {
  return { kind: 'removed', reason };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function hasLongLines(text: string, { maxLineLength, maxMeanLineLength }: TextLimits): boolean {
  const lines = text.split('\n');
  return text.length / lines.length > maxMeanLineLength || lines.some((line) => line.length > maxLineLength);
}

/** What two copies of a file have in common: its text without trailing spaces and blank lines. */
export function withoutBlankSpace(text: string): string {
  return text.replaceAll(/[ \t]+$/gm, '').replaceAll(/\n{2,}/g, '\n').trim();
}

/** The licence that a file's own header states, in SPDX form. */
export function statedLicence(text: string): string | undefined {
  return /SPDX-License-Identifier:\s*([\w.+-]+(?: (?:AND|OR|WITH) [\w.+-]+)*)/.exec(text.slice(0, headCharacters))?.[1];
}
