import { nearestName, own, quote, suggest } from './suggest.js';

/** What people write who know another tool: GitHub Actions, Snakemake, DVC, make, npm. */
interface Habit {
  /** The key that stands for it here; absent when nothing does. */
  readonly instead?: string;
  /** What to do about it. */
  readonly hint: string;
}

const dependency: Habit = { instead: 'inputs', hint: 'a task depends on what its inputs name, and on nothing else: `inputs: { text: fetch.text }`' };
const command: Habit = { instead: 'with', hint: 'a command is a parameter of the kind exec: `uses: exec` and `with: { run: wc -w "$INPUT_TEXT" }`' };
const axes: Habit = { instead: 'matrix', hint: 'a task runs once for each value of its axes: `matrix: { size: [1, 2] }`' };
const files: Habit = { instead: 'inputs', hint: 'files that a task reads are its inputs, each with a name: `inputs: { text: ./text.txt }`' };
const results: Habit = { instead: 'outputs', hint: 'files that a task makes are its outputs, each with a name: `outputs: { total: total.txt }`' };
const variables: Habit = { instead: 'environment', hint: 'name the variables that the task may see, without values: `environment: [HOME]`' };
const cores: Habit = { instead: 'resources', hint: 'write `resources: { cores: 4 }`' };
const tasks: Habit = { instead: 'tasks', hint: 'the steps of a pipeline are its `tasks:`, each under its name: `tasks: { count: { uses: exec } }`' };
const trigger: Habit = { hint: 'a pipeline runs when somebody calls `pipelines run`; leave this out' };
const log: Habit = { hint: 'what a task writes to its output streams is kept; `pipelines log` shows it; leave this out' };
const condition: Habit = { hint: 'which tasks there are never depends on conditions; choose with `--only`, `--until` or a profile' };

const ofTask: Readonly<Record<string, Habit>> = {
  needs: dependency, depends: dependency, depends_on: dependency, 'depends-on': dependency, dependsOn: dependency, dependencies: dependency, after: dependency,
  input: files, in: files, deps: files, files, sources: files, data: files,
  output: results, out: results, outs: results, products: results, artifacts: results, metrics: results, plots: results,
  run: command, runs: command, cmd: command, command, commands: command, script: command, shell: command, exec: command, steps: command, do: command,
  params: { instead: 'with', hint: 'parameters of a task stand under `with:`; `params:` at the top are those of the whole pipeline' },
  args: { instead: 'with', hint: 'parameters of a task stand under `with:`' },
  arguments: { instead: 'with', hint: 'parameters of a task stand under `with:`' },
  foreach: axes, for_each: axes, strategy: axes, wildcards: axes, wildcard_constraints: axes, expand: axes,
  env: variables, envs: variables, envvars: variables, container: { hint: 'a task runs on this machine; put the container into the command' },
  threads: cores, cores, cpus: cores, memory: { instead: 'resources', hint: 'write `resources: { memory: 2GiB }`' },
  conda: { hint: 'a task sees the programs of this machine; activate an environment inside the command' },
  'runs-on': { hint: 'a task runs on this machine; leave this out' },
  'timeout-minutes': { instead: 'timeout', hint: 'write `timeout: 5m`' },
  retries: { instead: 'retry', hint: 'write `retry: { attempts: 3 }`' },
  attempts: { instead: 'retry', hint: 'write `retry: { attempts: 3 }`' },
  'continue-on-error': { hint: 'call `pipelines run --keep-going`: what does not depend on a failed task still runs' },
  if: condition, when: condition, log, logs: log,
  wdir: { hint: 'a command runs in an empty folder of its own and finds its files in $INPUT_<NAME> and $OUTPUT_<NAME>' },
  'working-directory': { hint: 'a command runs in an empty folder of its own and finds its files in $INPUT_<NAME> and $OUTPUT_<NAME>' },
  rule: { instead: 'uses', hint: 'the kind of a task is its `uses:`' }, type: { instead: 'uses', hint: 'the kind of a task is its `uses:`' }, kind: { instead: 'uses', hint: 'the kind of a task is its `uses:`' },
  name: { hint: 'a task is called as its key says; leave this out, or write `description:`' },
  id: { hint: 'a task is called as its key says; leave this out' },
  cache: { hint: 'every result is kept and used again when nothing that made it changed; leave this out' },
  persist: { hint: 'every result is kept; leave this out' },
  '<<': { hint: 'YAML 1.2 has no merge keys; write the keys out, or put settings of every task under `defaults:`' },
};

const ofPipeline: Readonly<Record<string, Habit>> = {
  jobs: tasks, stages: tasks, rules: tasks, rule: tasks, steps: tasks, targets: tasks, scripts: tasks, workflow: tasks, pipeline: tasks, nodes: tasks,
  vars: { instead: 'params', hint: 'write the values into this file under `params:`' },
  config: { instead: 'params', hint: 'write the values into this file under `params:`' },
  configfile: { instead: 'params', hint: 'write the values into this file under `params:`' },
  variables: { instead: 'params', hint: 'values that tasks share stand under `params:`' },
  parameters: { instead: 'params', hint: 'values that tasks share stand under `params:`' },
  inputs: { hint: 'inputs belong to tasks: name the file where it is read, `inputs: { text: ./text.txt }`' },
  outputs: { hint: 'outputs belong to tasks' },
  env: { hint: 'each task names the variables that it may see: `environment: [HOME]`' },
  on: trigger, schedule: trigger,
  version: { hint: 'leave this out: the file has one version' },
  wdir: { hint: 'paths in the file start at its own folder; leave this out' },
  include: { hint: 'a pipeline is one file; leave this out' }, imports: { hint: 'a pipeline is one file; leave this out' },
  '<<': { hint: 'YAML 1.2 has no merge keys; write the keys out' },
};

const coresMeant: Habit = { instead: 'cores', hint: 'did you mean "cores"?' };
const ofResources: Readonly<Record<string, Habit>> = {
  cpus: coresMeant, cpu: coresMeant, threads: coresMeant,
  mem: { instead: 'memory', hint: 'write `memory: 4GiB`' }, mem_mb: { instead: 'memory', hint: 'write `memory: 4000MB`' }, ram: { instead: 'memory', hint: 'write `memory: 4GiB`' },
  disk: { hint: 'disk space is not counted; leave this out' }, disk_mb: { hint: 'disk space is not counted; leave this out' }, runtime: { hint: 'write `timeout: 30m` beside `resources:`' },
};

const ofRetry: Readonly<Record<string, Habit>> = {
  max: { instead: 'attempts', hint: 'write `attempts: 3`: how often the task is tried, the first time included' },
  times: { instead: 'attempts', hint: 'write `attempts: 3`: how often the task is tried, the first time included' },
};

/** Of whatever kind: heeded where the kind has the parameter that stands for it. */
const run: Habit = { instead: 'run', hint: 'did you mean "run"?' };
const ofParameters: Readonly<Record<string, Habit>> = { cmd: run, command: run, script: run, exec: run, bash: run, args: run };

const habits = { pipeline: ofPipeline, task: ofTask, resources: ofResources, retry: ofRetry, parameters: ofParameters } as const;

/** A map of the file whose keys have names of their own in other tools. */
export type Level = keyof typeof habits;

const kindsOfShell = new Set(['shell', 'bash', 'sh', 'zsh', 'command', 'cmd', 'run', 'script', 'python', 'node', 'make']);

/** What to do about a key that only another tool knows. */
export function habitHint(key: string, known: readonly string[], level: Level | undefined): string | undefined {
  return habitOf(key, known, level)?.hint;
}

/** A map with more unknown keys than this has other troubles. */
const KEYS_LOOKED_AT = 50;

/** Whether some unknown key stands for `wanted`: misspelt, or another tool's word for it. What the map lacks then is that mistake's doing. */
export function standsFor(wanted: string, keys: Iterable<string>, known: readonly string[], level: Level | undefined): boolean {
  const names = new Set(known);
  let looked = 0;
  for (const key of keys) {
    if (names.has(key)) continue;
    if ((looked += 1) > KEYS_LOOKED_AT) return false;
    const habit = habitOf(key, known, level);
    if ((habit === undefined ? nearestName(key, known) : habit.instead) === wanted) return true;
  }
  return false;
}

/** A habit counts where the map has the key that stands for it. */
function habitOf(key: string, known: readonly string[], level: Level | undefined): Habit | undefined {
  const habit = level === undefined ? undefined : own<Habit>(habits[level], key);
  return habit?.instead === undefined || known.includes(habit.instead) ? habit : undefined;
}

/** What to write in place of a kind that there is not. */
export function kindHint(name: string, known: Iterable<string>): string {
  const names = [...known];
  if (/\.[cm]?[jt]s$/.test(name)) return `a task kind of yours is a relative path: ${quote(`./${name.split('/').at(-1) ?? name}`)}`;
  if (names.includes('exec') && kindsOfShell.has(name)) return 'a shell command is run by the kind exec: `uses: exec` and `with: { run: wc -w "$INPUT_TEXT" }`';
  if (/^[\w.-]+\/[\w./-]+@/.test(name)) return '`uses` names a kind of task, not an action of GitHub; `pipelines tasks` lists the kinds';
  const hint = suggest(name, names) ?? 'there are none';
  return hint.startsWith('did you') ? hint : `${hint}; \`pipelines tasks\` tells what each does`;
}
