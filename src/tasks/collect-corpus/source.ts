import type { CorpusSource } from '../../corpus/corpus.js';
import type { ArchiveFile } from '../../corpus/archive.js';

/** A package as the parameters pin it. */
export type PackageSource = NpmSource | DebianSource;

interface FilesOfPackage {
  readonly package: string;
  readonly version: string;
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  readonly licence: string;
}

export interface NpmSource extends FilesOfPackage {
  readonly kind: 'npm';
  readonly integrity: string;
  readonly inside?: string;
}

export interface DebianSource extends FilesOfPackage {
  readonly kind: 'debian';
  readonly sha256: string;
}

export interface SourceOptions {
  /** Where downloads go. */
  readonly scratch: string;
  /** A larger file is reported, not read. */
  readonly maxFileBytes: number;
  readonly signal: AbortSignal;
}

/** A source that is open: its files come when they are asked for. Paths are relative to the source, with `/`. */
export interface OpenSource {
  readonly source: CorpusSource;
  readonly files: AsyncIterable<SourceFile>;
}

/** `licence` is what a JSON Lines record states of itself. */
export type SourceFile = ArchiveFile & { readonly licence?: string };
