import type { Event } from './event.js';
import type { Json, JsonObject } from './json.js';
import type { Reason } from './reason.js';

const text: JsonObject = { type: 'string' };
const count: JsonObject = { type: 'integer', minimum: 0 };
const from1: JsonObject = { type: 'integer', minimum: 1 };
const milliseconds: JsonObject = { type: 'number', minimum: 0 };
const estimate: JsonObject = { type: ['number', 'null'], description: 'Milliseconds; null without history.' };
const digest: JsonObject = { type: 'string', description: 'sha256, hexadecimal.' };
const task: JsonObject = { type: 'string', minLength: 1, description: 'Id of a task: name, or name(axis=value,axis=value).' };
const failure: JsonObject = { $ref: '#/$defs/failure' };

/** What a kind of event or reason is, and its fields; those whose name ends in `?` may be absent. */
type Fields = readonly [description: string, fields: Readonly<Record<string, Json>>];

const events: Readonly<Record<Event['kind'], Fields>> = {
  'run-started': ['The plan is known; the first event of a run.', {
    run: { ...text, description: 'Id of the run (a ULID).' }, pipeline: text, file: { ...text, description: 'Absolute path of the pipeline file.' },
    tasks: { ...count, description: 'Tasks in the plan.' }, toRun: { ...count, description: 'Tasks that will or may run.' },
    estimateMs: { ...estimate, description: 'Predicted wall-clock time; null without history.' }, cores: from1, params: { type: 'object' },
  }],
  'task-cached': ['The outputs of a task were found in the store.', { task }],
  'task-started': ['An attempt begins.', { task, attempt: from1, reason: { $ref: '#/$defs/reason' }, estimateMs: estimate }],
  'task-progress': ['How far a task is.', { task, done: { type: 'number' }, total: { type: 'number' }, unit: text }],
  'task-log': ['A line that a task wrote.', { task, line: text }],
  'task-waiting': ['Another process is computing this task; its result will be used.', { task, holder: text }],
  'task-retried': ['An attempt failed, and another follows.', { task, attempt: from1, failure }],
  'task-finished': ['The outputs of a task are stored.', { task, ms: milliseconds, bytes: count }],
  'task-failed': ['The last attempt of a task failed.', { task, failure, ms: milliseconds }],
  'task-skipped': ['A task was not run.', { task, because: { enum: ['upstream-failed', 'interrupted', 'stopped'] }, 'upstream?': { ...task, description: 'The task whose failure took it down.' } }],
  'store-repaired': ['A stored object was missing or corrupt; its task runs again.', { task, output: text, digest, problem: { enum: ['missing', 'corrupt'] } }],
  'not-reproducible': ['The same fingerprint gave other bytes than before; the first result stays.', { task, output: text, kept: digest, differing: digest }],
  warning: ['Something to know that stops nothing.', { message: text }],
  draining: ['The run was interrupted: running tasks finish, nothing new starts.', {}],
  'run-finished': ['The last event of a run.', { outcome: { enum: ['succeeded', 'failed', 'interrupted'] }, ms: milliseconds, executed: count, cached: count, failed: count, skipped: count }],
};

const position: JsonObject = { type: 'object', properties: { line: from1, column: from1 }, required: ['line', 'column'] };

const reasons: Readonly<Record<Reason['kind'], Fields>> = {
  'never-run': ['There is no record of this task, or of one like it.', {}],
  'parameter-changed': ['A value of `with` is another; what is absent has its default.', { pointer: { ...text, description: 'JSON pointer into `with`.' }, 'before?': true, 'after?': true, 'position?': position }],
  'input-changed': ['The content of an input is another.', { input: text, upstream: { ...text, description: 'The task or path whose content changed.' }, 'before?': text, 'after?': text }],
  'code-changed': ['The code of the kind changed.', {}],
  'kind-version-changed': ['The version of the kind changed.', { before: { type: 'integer' }, after: { type: 'integer' } }],
  'environment-changed': ['A declared environment variable changed.', { variable: text }],
  'runtime-changed': ['The version of Node, the architecture or the device changed.', { before: text, after: text }],
  'outputs-changed': ['The declared outputs changed.', {}],
  'output-missing': ['A stored output is missing or corrupt.', { output: text }],
  forced: ['Asked for with --force.', {}],
  'upstream-runs': ['Something that it needs runs first.', { upstream: text }],
};

/**
 * JSON Schema (draft 2020-12) of one line of `events.jsonl` and of `--reporter json`. Within a major version kinds and
 * fields are added, never renamed or taken away, so it does not forbid further fields.
 */
export const eventSchema: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Event',
  description: 'What a run tells, one JSON object a line. Within a major version, kinds and fields are added, never renamed or taken away: a reader passes over what it does not know.',
  oneOf: Object.entries(events).map(([kind, [description, fields]]) => variant(kind, description, { at: { type: 'number', description: 'Milliseconds since the epoch.' }, ...fields })),
  $defs: {
    failure: {
      type: 'object',
      properties: {
        kind: { enum: ['task-error', 'bug', 'timeout', 'worker-died', 'missing-output', 'disk-full', 'cancelled', 'bad-input'] },
        message: text, hint: text, final: { const: true, description: 'Another attempt would end the same.' },
        stack: { ...text, description: 'For bugs.' }, log: { ...text, description: 'Path of the full log.' },
      },
      required: ['kind', 'message'],
    },
    reason: { description: 'Why a task runs: the first cause found.', oneOf: Object.entries(reasons).map(([kind, [description, fields]]) => variant(kind, description, fields)) },
  },
};

function variant(kind: string, description: string, fields: Readonly<Record<string, Json>>): JsonObject {
  const properties = Object.entries(fields).map(([name, schema]): [string, Json] => [name.replace('?', ''), schema]);
  const required = Object.keys(fields).filter((name) => !name.endsWith('?'));
  return { type: 'object', description, properties: { kind: { const: kind }, ...Object.fromEntries(properties) }, required: ['kind', ...required] };
}
