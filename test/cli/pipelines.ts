import type { InputSource, Pipeline, Task } from '../../src/engine/pipeline.js';
import type { Plan, PlanStep } from '../../src/engine/plan.js';

/** A task with what a test does not care about filled in. */
export function task(index: number, id: string, over: Partial<Task> = {}): Task {
  return {
    index, id, name: id.replace(/\(.*/, ''), labels: {}, uses: 'exec', parameters: {}, inputs: {}, outputs: { out: { type: 'file', fileName: 'out.txt' } },
    resources: { cores: 1, memory: 1 }, attempts: 1, environment: [], position: { line: index + 1, column: 1 },
    parameterPositions: new Map(), parameterOrigins: new Map(), ...over,
  };
}

export function reads(...tasks: readonly number[]): Task['inputs'] {
  const sources = tasks.map((producer): InputSource => ({ kind: 'output', task: producer, output: 'out', labels: {} }));
  return { data: { type: 'file', many: tasks.length > 1, sources } };
}

export function pipeline(...tasks: readonly Task[]): Pipeline {
  return { name: 'demo', file: '/project/demo.yaml', params: {}, tasks };
}

export function plan(tasks: Pipeline, steps: readonly PlanStep[], estimateMs: number | null = null): Plan {
  return { pipeline: tasks, steps, estimateMs, snapshots: new Map() };
}
