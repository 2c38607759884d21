import type { InputArtifact, Labels } from '../../engine/task-kind.js';
import { format, readJson } from '../formats/json-file.js';
import type { MixDocument } from '../solve-mix/mix-document.js';

/** The parts of other kinds' results that the report reads. */
export interface RequiredShareDocument {
  readonly target: string;
  readonly curve: readonly { readonly seed: string | null; readonly step: number | null; readonly share: number | null; readonly reason?: string }[];
}

export interface WorkingLanguageDocument {
  readonly target: string;
  readonly workingShare: number | null;
  readonly coverage: number | null;
  readonly reason?: string;
}

export interface LapeDocument {
  readonly languages: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly overlap: number;
  readonly frozen: { readonly counts: Readonly<Record<string, number>> } | null;
}

export interface ProportionDocument {
  readonly proportion: readonly { readonly step: number; readonly proportion: number }[];
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
      items: { type: 'object', required: ['step', 'share'], properties: { seed: nullable('string'), step: nullable('number'), share: nullable('number'), reason: { type: 'string' } } },
    },
  },
});

const isWorkingLanguage = format<WorkingLanguageDocument>({
  type: 'object',
  required: ['target', 'workingShare', 'coverage'],
  properties: { target: { type: 'string' }, workingShare: nullable('number'), coverage: nullable('number'), reason: { type: 'string' } },
});

const counts = { type: 'object', additionalProperties: { type: 'integer' } };
const isLape = format<LapeDocument>({
  type: 'object',
  required: ['languages', 'counts', 'overlap', 'frozen'],
  properties: {
    languages: { type: 'array', items: { type: 'string' } },
    counts,
    overlap: { type: 'integer' },
    frozen: { type: ['object', 'null'], properties: { counts } },
  },
});

const isProportion = format<ProportionDocument>({
  type: 'object',
  required: ['proportion'],
  properties: {
    proportion: { type: 'array', items: { type: 'object', required: ['step', 'proportion'], properties: { step: { type: 'integer' }, proportion: { type: 'number' } } } },
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
export const readCollections = reader('collection', isCollection);
