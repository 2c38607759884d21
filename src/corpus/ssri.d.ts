/** What we use of `ssri`, which ships no types. */
declare module 'ssri' {
  interface Integrity { toString(): string; hexDigest(): string }
  export function fromStream(stream: NodeJS.ReadableStream, options: { readonly algorithms: readonly string[] }): Promise<Integrity>;
  export function fromHex(digest: string, algorithm: string): Integrity;
}
