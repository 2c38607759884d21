/**
 * The graph that every tool builds: layers of equal width, each task reading three of the layer above it, those of the
 * first layer one source file each. A task writes one number that depends on its own index and, each with a weight of
 * its own, on what it reads: right numbers everywhere mean the right graph, and a changed source shows in its whole cone.
 */
export interface LayeredTask {
  readonly index: number;
  /** Sources in the first layer, tasks in the others. */
  readonly reads: readonly number[];
  readonly readsSources: boolean;
}

export interface LayeredDag {
  readonly width: number;
  readonly tasks: readonly LayeredTask[];
}

/** Neighbours are read within blocks of this size, so that one source reaches a tenth of a layer of 100, not all of it. */
const block = 10;
const offsets = [0, 1, 3];

/** Of the numbers read, in order. */
const weights = [3, 5, 7] as const;
/** A prime far above the number of tasks in a cone: changes that meet hardly ever cancel each other. */
const modulus = 1_000_003;

/** @param count a multiple of `width`, itself a multiple of ten */
export function layeredDag(count: number, width = 100): LayeredDag {
  if (width % block !== 0 || count % width !== 0 || count === 0) throw new Error(`${String(count)} tasks do not fill layers of ${String(width)}`);
  const tasks = Array.from({ length: count }, (_, index): LayeredTask => {
    if (index < width) return { index, reads: [index], readsSources: true };
    const above = index - width;
    const place = above % block;
    return { index, reads: offsets.map((offset) => above - place + (place + offset) % block), readsSources: false };
  });
  return { width, tasks };
}

/** The tasks that a change of this source reaches, ascending. */
export function coneOf({ tasks }: LayeredDag, source: number): readonly number[] {
  const reached = new Set<number>();
  for (const { index, reads, readsSources } of tasks) {
    if (readsSources ? reads.includes(source) : reads.some((read) => reached.has(read))) reached.add(index);
  }
  return [...reached];
}

/** The number that each task must write. */
export function valuesOf({ tasks }: LayeredDag, sources: readonly number[]): readonly number[] {
  const values: number[] = [];
  for (const { index, reads, readsSources } of tasks) {
    const read = reads.map((from) => (readsSources ? sources : values)[from] ?? Number.NaN);
    values.push(read.reduce((sum, value, place) => sum + (weights[place] ?? 0) * value, index) % modulus);
  }
  return values;
}

/**
 * A task as a shell command without a process of its own besides the shell: the tool is timed, not `cat`.
 * @param inputs, output, index as the shell is to read them: paths and a number, or variables
 */
export function shellCommand(inputs: readonly string[], output: string, index: string): string {
  const names = ['a', 'b', 'c'].slice(0, inputs.length);
  const reads = names.map((name, place) => `read -r ${name} < ${inputs[place] ?? ''}; `).join('');
  const sum = names.map((name, place) => `${String(weights[place])}*${name} + `).join('');
  return `${reads}echo $(( (${sum}${index}) % ${String(modulus)} )) > ${output}`;
}

/** The same as a task kind of our engine, in a file beside the pipeline: in process, without a shell. */
export const ownKind = `import { readFileSync, writeFileSync } from 'node:fs';

const weights = { a: ${String(weights[0])}, b: ${String(weights[1])}, c: ${String(weights[2])} };

export default {
  summary: 'Writes a number made of those that it reads.',
  parameters: { index: { type: 'integer' } },
  inputs: { a: 'file', b: { type: 'file', optional: true }, c: { type: 'file', optional: true } },
  outputs: { line: 'line' },
  resources: { memory: '16MiB' },
  run({ parameters, inputNames, input, output }) {
    let sum = parameters.index;
    for (const name of inputNames) sum += weights[name] * Number(readFileSync(input(name).path, 'utf8'));
    writeFileSync(output('line'), \`\${sum % ${String(modulus)}}\\n\`);
  },
};
`;
