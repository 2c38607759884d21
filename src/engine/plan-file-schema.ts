import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { planFileFormat, type PlanFile } from './plan-file.js';
import { causes } from './rerun-on.js';

export type ReadPlanResult =
  | { readonly kind: 'ok'; readonly plan: PlanFile }
  | { readonly kind: 'invalid'; readonly message: string };

const digest = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const text = { type: 'string' };
const texts = { type: 'array', items: text };
const figure = { type: ['number', 'null'], minimum: 0 };

/** JSON Schema of a plan file. */
export const planFileShape = {
  type: 'object',
  additionalProperties: false,
  required: ['format', 'engine', 'madeAt', 'pipeline', 'file', 'text', 'options', 'params', 'kinds', 'inputs', 'estimateMs', 'tasks'],
  properties: {
    format: { const: planFileFormat },
    engine: text,
    madeAt: text,
    pipeline: text,
    file: { type: 'string', minLength: 1, pattern: '^[^\\u0000]+$' },
    text: digest,
    options: {
      type: 'object',
      additionalProperties: false,
      properties: {
        profile: text, param: texts, only: texts, until: texts, from: texts, force: texts,
        rerunOn: { type: 'array', items: { enum: causes } },
      },
    },
    params: { type: 'object' },
    kinds: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['version', 'code', 'runtime'],
        properties: { version: { type: 'integer' }, code: text, runtime: { type: 'object', additionalProperties: text } },
      },
    },
    inputs: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['type', 'digest', 'bytes'],
        properties: { type: { enum: ['file', 'tree'] }, digest, bytes: { type: 'integer', minimum: 0 } },
      },
    },
    estimateMs: figure,
    tasks: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['task', 'uses', 'step', 'fingerprint', 'definition'],
        properties: {
          task: text,
          uses: text,
          step: { enum: ['cached', 'will-run', 'may-run', 'not-selected'] },
          fingerprint: { anyOf: [digest, { type: 'null' }] },
          definition: digest,
          reason: { type: 'object', required: ['kind'], properties: { kind: text } },
          keptDespite: texts,
          estimateMs: figure,
          estimateBytes: figure,
        },
      },
    },
  },
} as const;

/** Reads a plan file. What is wrong with it is said with the place, as a JSON pointer. */
export function readPlanFile(content: string): ReadPlanResult {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    return { kind: 'invalid', message: `it is not JSON: ${(error as Error).message}` };
  }
  const format = (json as { readonly format?: unknown } | null)?.format;
  if (format !== planFileFormat) return { kind: 'invalid', message: `its format is ${JSON.stringify(format) ?? 'not given'}, and this version reads ${JSON.stringify(planFileFormat)}` };
  const validate = new Ajv2020({ allowUnionTypes: true }).compile<PlanFile>(planFileShape);
  return validate(json) ? { kind: 'ok', plan: json } : { kind: 'invalid', message: mistakeText(validate.errors?.[0]) };
}

function mistakeText(error: ErrorObject | undefined): string {
  const place = error?.instancePath === '' ? 'it' : error?.instancePath;
  const { additionalProperty } = (error?.params ?? {}) as { readonly additionalProperty?: string };
  return `${place ?? 'it'} ${error?.message ?? 'is wrong'}${additionalProperty === undefined ? '' : `, such as ${JSON.stringify(additionalProperty)}`}`;
}
