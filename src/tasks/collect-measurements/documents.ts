import type { InputArtifact, Labels } from '../../engine/task-kind.js';
import { format, readJson } from '../formats/json-file.js';
import type { MixDocument } from '../solve-mix/mix-document.js';
import type { LayerCounts } from './measurements.js';

/** The parts of other kinds' results that become measurements. */
export interface RequiredShareDocument {
  readonly target: string;
  readonly curve: readonly {
    readonly seed: string | null; readonly step: number | null; readonly share: number | null; readonly reason?: string;
    readonly solved?: number; readonly requiredSolved?: number; readonly jaccard?: number | null;
  }[];
}

export interface WorkingLanguageDocument {
  readonly target: string;
  readonly workingShare: number | null;
  readonly interval?: readonly [number, number] | null;
  readonly coverage: number | null;
  readonly massShare?: number | null;
  readonly anyIdentifier?: { readonly workingShare: number | null; readonly coverage: number | null };
  readonly perLayer?: readonly LayerCounts[];
  readonly countedLayers?: number;
  readonly reason?: string;
}

type Counts = Readonly<Record<string, number>>;
type CountsPerLayer = Readonly<Record<string, readonly number[]>>;

export interface LapeDocument {
  readonly languages: readonly string[];
  readonly counts: Counts;
  readonly countsPerLayer?: CountsPerLayer;
  readonly overlap: number;
  readonly numFinite?: number;
  readonly cuts?: { readonly threshold: number };
  readonly frozen: { readonly counts: Counts; readonly countsPerLayer?: CountsPerLayer } | null;
  readonly fixedCount?: { readonly count: number; readonly counts: Counts; readonly meanEntropy: Readonly<Record<string, number | null>>; readonly overlap: number };
}

export interface ProportionDocument {
  readonly proportion: readonly { readonly step: number; readonly proportion: number; readonly loss?: number }[];
}

/** A corpus's tokens by language, as pool-mixes and baseline-mix write them. */
export interface CorpusMixDocument {
  readonly method?: string;
  readonly tokens: Readonly<Record<string, number | null>>;
}

export interface CollectionDocument {
  readonly language: string;
  readonly sources: readonly {
    readonly name: string; readonly version: string | null; readonly licence: string;
    readonly kept: { readonly files: number; readonly bytes: number };
  }[];
}

const nullable = (type: string) => ({ type: [type, 'null'] });

const isRequiredShare = format<RequiredShareDocument>({
  type: 'object',
  required: ['target', 'curve'],
  properties: {
    target: { type: 'string' },
    curve: {
      type: 'array',
      items: {
        type: 'object',
        required: ['step', 'share'],
        properties: {
          seed: nullable('string'), step: nullable('number'), share: nullable('number'), reason: { type: 'string' },
          solved: { type: 'integer' }, requiredSolved: { type: 'integer' }, jaccard: nullable('number'),
        },
      },
    },
  },
});

const layerCounts = {
  type: 'object',
  required: ['layer', 'dominant', 'target', 'total'],
  properties: { layer: { type: 'integer' }, dominant: { type: 'integer' }, target: { type: 'integer' }, total: { type: 'integer' } },
};
const isWorkingLanguage = format<WorkingLanguageDocument>({
  type: 'object',
  required: ['target', 'workingShare', 'coverage'],
  properties: {
    target: { type: 'string' }, workingShare: nullable('number'), coverage: nullable('number'), massShare: nullable('number'), reason: { type: 'string' },
    anyIdentifier: { type: 'object', required: ['workingShare', 'coverage'], properties: { workingShare: nullable('number'), coverage: nullable('number') } },
    interval: { type: ['array', 'null'], items: { type: 'number' } }, perLayer: { type: 'array', items: layerCounts }, countedLayers: { type: 'integer' },
  },
});

const counts = { type: 'object', additionalProperties: { type: 'integer' } };
const countsPerLayer = { type: 'object', additionalProperties: { type: 'array', items: { type: 'integer' } } };
const isLape = format<LapeDocument>({
  type: 'object',
  required: ['languages', 'counts', 'overlap', 'frozen'],
  properties: {
    languages: { type: 'array', items: { type: 'string' } },
    counts,
    countsPerLayer,
    overlap: { type: 'integer' },
    numFinite: { type: 'integer' },
    cuts: { type: 'object', required: ['threshold'], properties: { threshold: { type: 'number' } } },
    frozen: { type: ['object', 'null'], properties: { counts, countsPerLayer } },
    fixedCount: {
      type: 'object',
      required: ['count', 'counts', 'meanEntropy', 'overlap'],
      properties: { count: { type: 'integer' }, counts, meanEntropy: { type: 'object', additionalProperties: nullable('number') }, overlap: { type: 'integer' } },
    },
  },
});

const isProportion = format<ProportionDocument>({
  type: 'object',
  required: ['proportion'],
  properties: {
    proportion: { type: 'array', items: { type: 'object', required: ['step', 'proportion'], properties: { step: { type: 'integer' }, proportion: { type: 'number' }, loss: { type: 'number' } } } },
  },
});

const isMix = format<MixDocument>({
  type: 'object',
  required: ['dominant', 'target', 'objective', 'measure', 'dominantTokens', 'pStar', 'nStar', 'nUse', 'curve', 'withinOneStandardError', 'warnings'],
  properties: {
    dominant: { type: 'string' },
    target: { type: 'string' },
    objective: { enum: ['target', 'mean'] },
    measure: { type: 'string' },
    dominantTokens: { type: 'number' },
    pStar: { type: 'number' },
    nStar: nullable('number'),
    nUse: nullable('number'),
    curve: {
      type: 'array',
      items: {
        type: 'object',
        required: ['x', 'y', 'standardError', 'step', 'n'],
        properties: { x: { type: 'number' }, y: { type: 'number' }, standardError: nullable('number'), step: { type: 'number' }, n: nullable('number') },
      },
    },
    withinOneStandardError: { type: ['object', 'null'] },
    warnings: { type: 'array', items: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } } },
  },
});

const isCorpusMix = format<CorpusMixDocument>({
  type: 'object',
  required: ['tokens'],
  properties: { method: { type: 'string' }, tokens: { type: 'object', additionalProperties: nullable('number') } },
});

const isCollection = format<CollectionDocument>({
  type: 'object',
  required: ['language', 'sources'],
  properties: {
    language: { type: 'string' },
    sources: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'version', 'licence', 'kept'],
        properties: {
          name: { type: 'string' }, version: nullable('string'), licence: { type: 'string' },
          kept: { type: 'object', required: ['files', 'bytes'], properties: { files: { type: 'integer' }, bytes: { type: 'integer' } } },
        },
      },
    },
  },
});

export interface Labelled<T> { readonly document: T; readonly labels: Labels }

/** Reads each artifact of an input, with its labels. */
function reader<T>(what: string, isValid: ReturnType<typeof format<T>>): (artifacts: readonly InputArtifact[]) => Promise<Labelled<T>[]> {
  return (artifacts) => Promise.all(artifacts.map(async ({ path, labels }) => ({ document: await readJson(path, what, isValid), labels })));
}

export const readRequiredShares = reader('required share', isRequiredShare);
export const readWorkingLanguages = reader('working language', isWorkingLanguage);
export const readLapes = reader('transferring neurons', isLape);
export const readProportions = reader('proportion', isProportion);
export const readMixes = reader('mix', isMix);
export const readCorpusMixes = reader('corpus mix', isCorpusMix);
export const readCollections = reader('collection', isCollection);
