import type { ActionRecord } from '../engine/action-record.js';
import type { Json } from '../engine/json.js';
import type { Pipeline, Position } from '../engine/pipeline.js';
import type { Comparison, Explanation } from '../engine/why/explanation.js';
import type { RootCause } from '../engine/why/root-cause.js';

/** An explanation for programs. What is absent is left out; a value that is not set is the default. */
export function explanationJson(explanation: Explanation, pipeline: Pipeline): Json {
  const { task, kind } = explanation;
  const head = { task: task.id, step: kind, declared: placeJson(task.position, pipeline) };
  switch (explanation.kind) {
    case 'cached':
      return plain({ ...head, fingerprint: explanation.step.fingerprint, result: resultJson(explanation.step.record), keptDespite: explanation.step.keptDespite, since: sinceJson(explanation.since, pipeline) });
    case 'will-run': {
      const { fingerprint, reason, estimateMs, estimateBytes } = explanation.step;
      return plain({ ...head, fingerprint, reason, estimateMs, estimateBytes, since: sinceJson(explanation.since, pipeline) });
    }
    case 'may-run': {
      const { reason, estimateMs, estimateBytes } = explanation.step;
      return plain({
        ...head, reason, estimateMs, estimateBytes, chain: explanation.chain.map(({ id }) => id),
        roots: explanation.roots.map((instances) => instances.map(({ id }) => id)), ownChanges: explanation.ownChanges,
      });
    }
    case 'not-selected':
      return head;
  }
}

function sinceJson(since: Comparison | undefined, pipeline: Pipeline) {
  return since && { own: since.own, result: resultJson(since.record), changes: since.changes, roots: since.roots.map((root) => rootJson(root, pipeline)) };
}

function rootJson(root: RootCause, pipeline: Pipeline) {
  const { kind, chain } = root;
  switch (root.kind) {
    case 'task-changed': {
      const pointer = root.difference.pointer.replace(/^\/parameters/, '');
      return { kind, chain, task: root.task.id, difference: root.difference, position: placeJson(root.task.parameterPositions.get(pointer) ?? root.task.position, pipeline) };
    }
    case 'path-changed':
      return { kind, chain, path: root.path, position: placeJson(root.position ?? root.reader.position, pipeline) };
    case 'rewired':
    case 'not-reproducible':
    case 'forgotten':
      return { kind, chain, task: root.task.id };
  }
}

function resultJson({ fingerprint, outputs, durationMs, provenance, accepted }: ActionRecord) {
  return { fingerprint, outputs, durationMs, provenance, accepted };
}

function placeJson({ line, column }: Position, { file }: Pipeline) {
  return { file, line, column };
}

/** Explanations are plain data. */
function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
