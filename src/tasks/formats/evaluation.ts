import type { InputArtifact, Labels } from '../../engine/task-kind.js';
import { format, readJson } from './json-file.js';

/** What `evaluate` measured of one checkpoint in one language. */
export interface Evaluation {
  readonly language: string;
  readonly problems: readonly ProblemOutcome[];
  readonly passed: number;
  readonly total: number;
  /** Null, with a reason, when no program could be run (real code without toolchains). */
  readonly passRate: number | null;
  readonly reason?: string;
  readonly heldOut: Readonly<Record<string, HeldOut>> | null;
}

export interface ProblemOutcome {
  readonly task_id: string;
  readonly passed: boolean;
}

export interface HeldOut {
  /** Natural-log cross entropy a token. */
  readonly loss: number;
  readonly bitsPerByte: number;
}

export interface LabelledEvaluation {
  readonly evaluation: Evaluation;
  readonly labels: Labels;
}

const isEvaluation = format<Evaluation>({
  type: 'object',
  required: ['language', 'problems', 'passed', 'total', 'passRate'],
  properties: {
    language: { type: 'string' },
    problems: {
      type: 'array',
      items: { type: 'object', required: ['task_id', 'passed'], properties: { task_id: { type: 'string' }, passed: { type: 'boolean' } } },
    },
    passed: { type: 'integer' },
    total: { type: 'integer' },
    passRate: { type: ['number', 'null'], minimum: 0, maximum: 1 },
    reason: { type: 'string' },
    heldOut: {
      type: ['object', 'null'],
      additionalProperties: { type: 'object', required: ['loss', 'bitsPerByte'], properties: { loss: { type: 'number' }, bitsPerByte: { type: 'number' } } },
    },
  },
});

export function readEvaluation(path: string): Promise<Evaluation> {
  return readJson(path, 'evaluation', isEvaluation);
}

export function readEvaluations(artifacts: readonly InputArtifact[]): Promise<LabelledEvaluation[]> {
  return Promise.all(artifacts.map(async ({ path, labels }) => ({ evaluation: await readEvaluation(path), labels })));
}

/** Translations of one problem share its number: `HumanEval/23` = `HumanEval_23_strlen` (methods 1.1a). Null without one. */
export function problemNumber(taskId: string): number | null {
  const digits = /\d+/.exec(taskId);
  return digits === null ? null : Number(digits[0]);
}
