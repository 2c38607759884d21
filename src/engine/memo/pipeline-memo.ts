import type { JsonObject } from '../json.js';
import type { Pipeline, Position, Task, TaskInput, TaskOutput } from '../pipeline.js';
import type { Labels, Resources } from '../task-kind.js';
import { checkedBody, withChecksum } from './checksum.js';

/**
 * A pipeline as bytes, so that a file that has not changed is not parsed again. Behind a checksum comes a line with what every
 * command reads of every task, then a line a task, which is parsed when something of that task is asked for.
 */
export function encodePipeline({ name, file, params, profile, tasks }: Pipeline): Buffer {
  const lines = tasks.map((task) => JSON.stringify(coldOf(task)));
  const names = [...new Set(tasks.map((task) => task.name))];
  const kinds = [...new Set(tasks.map((task) => task.uses))];
  const [nameIndex, kindIndex] = [indexOf(names), indexOf(kinds)];
  const head: Head = {
    name, file, params, ...(profile !== undefined && { profile }), names, kinds,
    ids: tasks.map(({ id }) => id),
    nameOf: tasks.map((task) => nameIndex.get(task.name) ?? -1),
    kindOf: tasks.map((task) => kindIndex.get(task.uses) ?? -1),
    bytes: lines.map((line) => Buffer.byteLength(line) + 1),
  };
  return withChecksum(`${[JSON.stringify(head), ...lines].join('\n')}\n`);
}

/** Undefined for what `encodePipeline` did not write: torn, damaged, or of another version. */
export function decodePipeline(bytes: Buffer): Pipeline | undefined {
  const body = checkedBody(bytes);
  if (!body) return undefined;
  const headEnd = body.indexOf('\n');
  const { names, kinds, ids, nameOf, kindOf, bytes: sizes, ...rest } = JSON.parse(body.toString('utf8', 0, headEnd)) as Head;
  let start = headEnd + 1;
  const tasks = ids.map((id, index) => {
    const end = start + (sizes[index] ?? 0);
    const task = new RecalledTask(index, id, names[nameOf[index] ?? -1] ?? '', kinds[kindOf[index] ?? -1] ?? '', body.subarray(start, end - 1));
    start = end;
    return task;
  });
  return { ...rest, tasks };
}

interface Head {
  readonly name: string;
  readonly file: string;
  readonly params: JsonObject;
  readonly profile?: string;
  readonly names: readonly string[];
  readonly kinds: readonly string[];
  readonly ids: readonly string[];
  /** Per task, its place in `names` and in `kinds`, and the length of its line. */
  readonly nameOf: readonly number[];
  readonly kindOf: readonly number[];
  readonly bytes: readonly number[];
}

/** What few commands read of all tasks. */
interface Cold {
  readonly labels: Labels;
  readonly parameters: JsonObject;
  readonly inputs: Readonly<Record<string, TaskInput>>;
  readonly outputs: Readonly<Record<string, TaskOutput>>;
  readonly resources: Resources;
  readonly attempts: number;
  readonly timeoutMs?: number;
  readonly environment: readonly string[];
  readonly position: Position;
  readonly parameterPositions: readonly (readonly [string, Position])[];
  readonly parameterOrigins: readonly (readonly [string, string])[];
}

function coldOf(task: Task): Cold {
  const { labels, parameters, inputs, outputs, resources, attempts, timeoutMs, environment, position, parameterPositions, parameterOrigins } = task;
  return {
    labels, parameters, inputs, outputs, resources, attempts, ...(timeoutMs !== undefined && { timeoutMs }), environment, position,
    parameterPositions: [...parameterPositions], parameterOrigins: [...parameterOrigins],
  };
}

/** A task whose line is parsed when it is first asked for. */
class RecalledTask implements Task {
  #bytes: Buffer | undefined;
  #parsed: Cold | undefined;
  #positions: ReadonlyMap<string, Position> | undefined;
  #origins: ReadonlyMap<string, string> | undefined;

  constructor(readonly index: number, readonly id: string, readonly name: string, readonly uses: string, bytes: Buffer) {
    this.#bytes = bytes;
  }

  get labels(): Labels { return this.#cold.labels; }
  get parameters(): JsonObject { return this.#cold.parameters; }
  get inputs(): Readonly<Record<string, TaskInput>> { return this.#cold.inputs; }
  get outputs(): Readonly<Record<string, TaskOutput>> { return this.#cold.outputs; }
  get resources(): Resources { return this.#cold.resources; }
  get attempts(): number { return this.#cold.attempts; }
  get timeoutMs(): number | undefined { return this.#cold.timeoutMs; }
  get environment(): readonly string[] { return this.#cold.environment; }
  get position(): Position { return this.#cold.position; }
  get parameterPositions(): ReadonlyMap<string, Position> { return this.#positions ??= new Map(this.#cold.parameterPositions); }
  get parameterOrigins(): ReadonlyMap<string, string> { return this.#origins ??= new Map(this.#cold.parameterOrigins); }

  get #cold(): Cold {
    if (this.#parsed) return this.#parsed;
    this.#parsed = JSON.parse(this.#bytes?.toString('utf8') ?? '') as Cold;
    this.#bytes = undefined;
    return this.#parsed;
  }
}

function indexOf(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, index) => [name, index]));
}
