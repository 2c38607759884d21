/** One language of a mix, as the tools that consume it see it. */
export interface MixWeight {
  readonly language: string;
  readonly tokens: number;
  /** Of the mix's tokens. */
  readonly share: number;
  /** There are; null where nothing tells. */
  readonly available: number | null;
  /** Mean of a document; null where nothing tells. */
  readonly tokensPerDocument: number | null;
}
