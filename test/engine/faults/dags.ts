import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { RegisteredKind, TaskKind, TaskKinds } from '../../../src/engine/task-kind.js';

/**
 * Random pipelines for tests, and a second opinion on them that shares no code with the engine: what each task writes,
 * and a key for all that its result depends on.
 */
export interface Dag {
  readonly tasks: readonly DagTask[];
  /** Contents of the user's files, `file-<index>.txt`. */
  readonly files: readonly string[];
  /** Version of the code of each kind. */
  readonly codes: Readonly<Record<KindName, number>>;
}

export interface DagTask {
  readonly name: string;
  readonly kind: KindName;
  readonly text: string;
  /** Not 0: it writes only the sum of all characters modulo this, so that many inputs give one output. */
  readonly modulo: number;
  /** In the key, not in what it writes. */
  readonly note: number;
  /** Names of tasks before it, and of files. */
  readonly reads: readonly string[];
  /** Name of a `count` task before it, of which it reads one number. */
  readonly value?: string;
}

export type KindName = 'mix' | 'spread' | 'count';

/** Of a file its content; of a folder its files'. */
export type Written = Readonly<Record<string, string>>;

const OUTPUTS: Readonly<Record<KindName, TaskKind['outputs']>> = {
  mix: { text: { description: '', type: 'file', fileName: 'text.txt' } },
  count: { document: { description: '', type: 'file', fileName: 'document.json' } },
  // Two outputs: of a result, one may be lost and the other not.
  spread: { folder: { description: '', type: 'tree', fileName: 'folder' }, text: { description: '', type: 'file', fileName: 'text.txt' } },
};

export function kindsOf({ codes }: Pick<Dag, 'codes'>): TaskKinds {
  return new Map(Object.entries(OUTPUTS).map(([name, outputs]): [string, RegisteredKind] => {
    const kind: TaskKind = {
      name, version: 1, summary: '', outputs, resources: { cores: 1, memory: 0 }, sensitivity: 'portable',
      parameters: {
        type: 'object', additionalProperties: false, required: ['text'],
        properties: { text: { type: 'string' }, modulo: { type: 'integer', default: 0 }, note: { type: 'integer', default: 0 } },
      },
      inputs: {
        from: { description: '', type: 'file', many: true, optional: true },
        trees: { description: '', type: 'tree', many: true, optional: true },
        value: { description: '', type: 'value', optional: true },
      },
      implementation: new URL('./kinds/work.mjs', import.meta.url),
    };
    return [name, { kind, codeDigest: digestOf(`${name} ${codes[name as KindName]}`) }];
  }));
}

export function yamlOf({ tasks }: Dag): string {
  const kindOf = new Map(tasks.map(({ name, kind }) => [name, kind]));
  const reference = (read: string): string => {
    const kind = kindOf.get(read);
    if (kind === undefined) return `./${read}`;
    return `${read}.${kind === 'count' ? 'document' : kind === 'mix' ? 'text' : 'folder'}`;
  };
  const lines = tasks.map(({ name, kind, text, modulo, note, reads, value }) => {
    const inputs = {
      from: reads.filter((read) => kindOf.get(read) !== 'spread').map(reference),
      trees: reads.filter((read) => kindOf.get(read) === 'spread').map(reference),
      ...(value === undefined ? {} : { value: `${value}.document#/sum` }),
    };
    const given = Object.entries(inputs).filter(([, references]) => references.length > 0);
    return `  ${name}: ${JSON.stringify({ uses: kind, with: { text, modulo, note }, ...(given.length > 0 && { inputs: Object.fromEntries(given) }) })}`;
  });
  return `name: dag\ntasks:\n${lines.join('\n')}\n`;
}

export interface Expected {
  readonly key: string;
  /** By the path below the task's folder of artifacts. */
  readonly written: Written;
}

/** What each task should write, and the key of its result. */
export function expectedOf({ tasks, files, codes }: Dag): ReadonlyMap<string, Expected> {
  const expected = new Map<string, Expected>();
  const contentOf = (read: string): readonly string[] => {
    const written = expected.get(read)?.written;
    if (written === undefined) return [files[Number(/\d+/.exec(read)?.[0])] ?? ''];
    return written['folder/run.sh'] === undefined ? Object.values(written) : [written['folder/deep/all.txt'] ?? '', written['folder/run.sh']];
  };
  const isTree = (read: string): boolean => expected.get(read)?.written['folder/run.sh'] !== undefined;
  for (const { name, kind, text, modulo, note, reads, value } of tasks) {
    const sumRead = value === undefined ? undefined : (JSON.parse(expected.get(value)?.written['document.json'] ?? '') as { sum: number }).sum;
    const [plain, trees] = [reads.filter((read) => !isTree(read)), reads.filter(isTree)];
    const all = [text, ...[...plain, ...trees].flatMap(contentOf), ...(sumRead === undefined ? [] : [JSON.stringify(sumRead)])].join('|');
    const sum = Array.from(all).reduce((total, character) => total + character.charCodeAt(0), 0);
    const kept = modulo === 0 ? all : String(sum % modulo);
    expected.set(name, {
      key: JSON.stringify([kind, codes[kind], text, modulo, note, plain.map(contentOf), trees.map(contentOf), sumRead ?? null]),
      written: kind === 'mix' ? { 'text.txt': kept }
        : kind === 'count' ? { 'document.json': JSON.stringify({ sum: sum % 3, all: kept }) }
          : { 'folder/deep/all.txt': kept, 'folder/run.sh': String(sum), 'text.txt': kept },
    });
  }
  return expected;
}

export function digestOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

const KINDS: readonly KindName[] = ['mix', 'mix', 'spread', 'count'];
export const FILES = 2;

/** A task as numbers, to be fitted behind those that are there. */
export interface Shape { readonly kind: KindName; readonly text: number; readonly modulo: number; readonly reads: readonly number[]; readonly value: number }

export const shape: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constantFrom(...KINDS), text: fc.nat(2), modulo: fc.constantFrom(0, 0, 2, 3),
  reads: fc.array(fc.nat(20), { maxLength: 3 }), value: fc.nat(9),
});

export const dag: fc.Arbitrary<Dag> = fc.record({ shapes: fc.array(shape, { minLength: 1, maxLength: 7 }), files: fc.array(fc.constantFrom('a', 'b', 'ccc'), { minLength: FILES, maxLength: FILES }) })
  .map(({ shapes, files }) => shapes.reduce<Dag>((grown, next, index) => withTask(grown, `t${index}`, next), { tasks: [], files, codes: { mix: 0, spread: 0, count: 0 } }));

export function withTask(to: Dag, name: string, { kind, text, modulo, reads, value }: Shape): Dag {
  const names = [...to.tasks.map((task) => task.name), ...to.files.map((_, index) => `file-${index}.txt`)];
  const counts = to.tasks.filter((task) => task.kind === 'count');
  const read = [...new Set(reads.map((number) => names[number % names.length] ?? ''))];
  const counted = value < 4 ? counts[value % (counts.length || 1)]?.name : undefined;
  return { ...to, tasks: [...to.tasks, { name, kind, text: 'xyz'.slice(0, text + 1), modulo, note: 0, reads: read, ...(counted !== undefined && { value: counted }) }] };
}

export type Edit =
  | { readonly kind: 'parameter' | 'same-bytes' | 'rename' | 'remove'; readonly task: number }
  | { readonly kind: 'file'; readonly file: number; readonly content: string }
  | { readonly kind: 'code'; readonly of: KindName }
  | { readonly kind: 'add'; readonly shape: Shape }
  | { readonly kind: 'none' };

export const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constantFrom('parameter' as const, 'same-bytes' as const, 'rename' as const, 'remove' as const), task: fc.nat(20) }),
  fc.record({ kind: fc.constant('file' as const), file: fc.nat(FILES - 1), content: fc.constantFrom('a', 'b', 'c', 'dd') }),
  fc.record({ kind: fc.constant('code' as const), of: fc.constantFrom(...KINDS) }),
  fc.record({ kind: fc.constant('add' as const), shape }),
  fc.constant({ kind: 'none' as const }),
);

export function edited(before: Dag, change: Edit, step: number): Dag {
  const { tasks, files, codes } = before;
  switch (change.kind) {
    case 'none': return before;
    case 'file': return { ...before, files: files.with(change.file, change.content) };
    case 'code': return { ...before, codes: { ...codes, [change.of]: codes[change.of] + 1 } };
    case 'add': return withTask(before, `added${step}`, change.shape);
    default: break;
  }
  const index = change.task % tasks.length;
  const task = tasks[index];
  if (task === undefined) return before;
  switch (change.kind) {
    case 'parameter': return { ...before, tasks: tasks.with(index, { ...task, text: task.text === 'x' ? 'yy' : 'x' }) };
    case 'same-bytes': return { ...before, tasks: tasks.with(index, { ...task, note: step + 1 }) };
    case 'rename': return renamed(before, task.name, `renamed${step}`);
    case 'remove': return tasks.length === 1 ? before : without(before, task.name);
  }
}

function renamed(before: Dag, from: string, to: string): Dag {
  const name = (old: string): string => (old === from ? to : old);
  return {
    ...before,
    tasks: before.tasks.map(({ value, ...task }) => ({ ...task, name: name(task.name), reads: task.reads.map(name), ...(value !== undefined && { value: name(value) }) })),
  };
}

function without(before: Dag, removed: string): Dag {
  return {
    ...before,
    tasks: before.tasks.filter(({ name }) => name !== removed).map(({ value, ...task }) =>
      ({ ...task, reads: task.reads.filter((read) => read !== removed), ...(value !== undefined && value !== removed && { value }) })),
  };
}
