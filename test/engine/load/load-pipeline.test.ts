import { describe, expect, it } from 'vitest';
import { loadPipeline } from '../../../src/engine/load/load-pipeline.js';
import type { InputPort, RegisteredKind } from '../../../src/engine/task-kind.js';
import { kinds, load, messagesOf, mistakesOf, pipelineOf, pipelineWith, sourcesOf, taskOf } from './kinds.js';

const corpus = `corpus:
  uses: source
  matrix: { language: [python, php, go] }
  with: { language: '\${{ matrix.language }}' }
`;

describe('a task', () => {
  it('has its parameters validated and their defaults filled in', () => {
    const pipeline = pipelineWith('a: { uses: source, with: { language: php, model: { width: 8 } } }');
    expect(taskOf(pipeline, 'a').parameters).toEqual({ language: 'php', tokens: 1000, mode: 'short', weights: {}, layers: [], model: { width: 8, tied: true } });
  });

  it('takes resources from its own settings, then from defaults, then from its kind', () => {
    const pipeline = pipelineWith(
      'a: { uses: train, with: { steps: 100 }, inputs: { corpus: ./c }, resources: { cores: 3 } }\nb: { uses: exec, with: { command: [ls] }, timeout: 1h30m }',
      'defaults: { resources: { memory: 1.5GiB, gpus: 1 }, retry: { attempts: 3 }, timeout: 90s }',
    );
    const [a, b] = [taskOf(pipeline, 'a(step=100)'), taskOf(pipeline, 'b')];
    expect(a.resources).toEqual({ cores: 3, memory: 1.5 * 1024 ** 3, gpus: 1 });
    expect([a.attempts, a.timeoutMs, b.timeoutMs]).toEqual([3, 90_000, 5_400_000]);
  });

  it('interpolates settings for each instance', () => {
    const pipeline = pipelineWith('a: { uses: exec, with: { command: [ls] }, matrix: { n: [1, 2] }, resources: { cores: "${{ matrix.n * 2 }}", memory: "${{ matrix.n }}GiB" }, environment: ["VAR_${{ matrix.n }}"] }');
    expect(pipeline.tasks.map(({ resources, environment }) => [resources.cores, resources.memory, ...environment])).toEqual([[2, 1024 ** 3, 'VAR_1'], [4, 2 * 1024 ** 3, 'VAR_2']]);
  });

  it('declares its outputs where the kind leaves them open, a trailing slash making a tree', () => {
    const pipeline = pipelineWith('a: { uses: exec, with: { command: [ls] }, outputs: { page: page.html, figures: figures/ } }');
    expect(taskOf(pipeline, 'a').outputs).toEqual({ page: { type: 'file', fileName: 'page.html' }, figures: { type: 'tree', fileName: 'figures' } });
  });

  it('knows where it and the leaves of its parameters were written, and which params they are', () => {
    const task = taskOf(pipelineOf('name: test\nparams: { n: 3, list: [1, 2] }\ntasks:\n  a:\n    uses: source\n    with:\n      language: php\n      tokens: ${{ params.n }}\n      layers: [0, "${{ params.list }}"]\n'), 'a');
    expect(task.position).toEqual({ line: 4, column: 3 });
    expect(Object.fromEntries(task.parameterPositions)).toMatchObject({ '/language': { line: 7, column: 17 }, '/tokens': { line: 8, column: 15 }, '/layers/0': { line: 9, column: 16 }, '/layers/2': { line: 9, column: 20 } });
    expect(Object.fromEntries(task.parameterOrigins)).toEqual({ '/tokens': 'params.n', '/layers/1': 'params.list[0]', '/layers/2': 'params.list[1]' });
  });

  it('comes after what it needs, otherwise in the order of the file', () => {
    const pipeline = pipelineWith(`z: { uses: exec, with: { command: [ls] }, inputs: { x: late.out } }\nm: { uses: exec, with: { command: [ls] } }\nlate: { uses: exec, with: { command: [ls] }, outputs: { out: o } }\na: { uses: exec, with: { command: [ls] } }`);
    expect(pipeline.tasks.map(({ id }) => id)).toEqual(['late', 'z', 'm', 'a']);
  });

  it('never shares a parameter with the params it came from', () => {
    const pipeline = pipelineWith('a: { uses: source, with: { language: php, model: "${{ params.model }}" } }', 'params: { model: { width: 8 } }');
    expect(taskOf(pipeline, 'a').parameters.model).toEqual({ width: 8, tied: true });
    expect(pipeline.params).toEqual({ model: { width: 8 } });
  });
});

describe('params', () => {
  const file = `name: test
params: { steps: 100, twice: '\${{ params.steps * 2 }}', model: { width: 8, depth: 2 }, targets: [php] }
profiles: { smoke: { steps: 10, model: { width: 4 } } }
tasks: { a: { uses: exec, with: { command: ['\${{ params.twice }}'] } } }`.replace("['${{ params.twice }}']", '["n=${{ params.twice }}"]');

  it('may read one another', () => {
    expect(pipelineOf(file).params.twice).toBe(200);
  });

  it('are overridden by a profile, maps key by key, and then by -p', () => {
    expect(pipelineOf(file, { profile: 'smoke' }).params).toEqual({ steps: 10, twice: 20, model: { width: 4, depth: 2 }, targets: ['php'] });
    const pipeline = pipelineOf(file, { profile: 'smoke', params: { 'model.depth': 9, targets: [], steps: 30 } });
    expect(pipeline.params).toEqual({ steps: 30, twice: 60, model: { width: 4, depth: 9 }, targets: [] });
    expect(pipeline.profile).toBe('smoke');
  });

  it('refuse names that the file does not declare', () => {
    expect(messagesOf(file, { params: { stpes: 1 } })).toBe('-p stpes: unknown parameter "stpes" (did you mean "steps"?)');
    expect(messagesOf(file, { params: { 'model.widht': 1 } })).toContain('did you mean "model.width"?');
    expect(messagesOf(file, { params: { '__proto__.x': 1 } })).toContain('unknown parameter "__proto__"');
    expect(messagesOf(file, { profile: 'smoek' })).toContain('--profile smoek: there is no profile of that name (did you mean "smoke"?)');
  });

  it('refuse numbers that JSON cannot carry', () => {
    expect(mistakesOf(file, { params: { steps: Number.NaN } })).toEqual(['bad-param']);
    expect(mistakesOf(file, { params: { steps: 2 ** 60 } })).toEqual(['bad-param']);
  });

  it('may hold any text, such as the name of a symbol of ours', () => {
    expect(pipelineWith('a: { uses: exec, with: { command: ["${{ params.x }}"] } }', 'params: { x: broken }').tasks[0]?.parameters).toEqual({ command: ['broken'] });
  });
});

describe('an input that only the segment before gives', () => {
  const { train } = Object.fromEntries(kinds) as { train: RegisteredKind };
  const from = { ...train.kind.inputs['from'] as InputPort, carriedOnly: true };
  const scratch: RegisteredKind = { ...train, kind: { ...train.kind, name: 'scratch', inputs: { ...train.kind.inputs, from } } };
  const registry = new Map([...kinds, ['scratch', scratch]]);
  const text = (inputs: string) => `name: test
tasks:
  corpus: { uses: source, with: { language: php } }
  run: { uses: scratch, inputs: ${inputs}, with: { steps: 200 } }
`;

  it('is wired along the chain', () => {
    const loaded = loadPipeline('/project/pipeline.yaml', text('{ corpus: corpus.shards }'), registry, {});
    const tasks = loaded.kind === 'ok' ? loaded.pipeline.tasks : [];
    expect(tasks.map(({ id, inputs }) => [id, 'from' in inputs])).toEqual([['corpus', false], ['run(step=100)', false], ['run(step=200)', true]]);
  });

  it('is unknown to a pipeline', () => {
    const loaded = loadPipeline('/project/pipeline.yaml', text('{ corpus: corpus.shards, from: corpus.shards }'), registry, {});
    expect(loaded.kind === 'invalid' ? loaded.diagnostics.map(({ code }) => code) : []).toEqual(['unknown-input']);
  });
});

describe('interpolation', () => {
  const value = (expression: string): unknown => pipelineWith('a: { uses: exec, with: { command: [ls] } }', `params: { n: 7, s: text, list: [1, [2]], map: { a-b: { c: true } }, none: null, out: ${expression} }`).params.out;

  it.each([
    ["'${{ params.n }}'", 7],
    ["'${{ params.list }}'", [1, [2]]],
    ["'${{ params.map }}'", { 'a-b': { c: true } }],
    ["'${{ params.map.a-b.c }}'", true],
    ["'${{ params.map[\"a-b\"].c }}'", true],
    ["'${{ params.list[1][0] }}'", 2],
    ["['${{ params.list }}', 3]", [1, [2], 3]],
    ["'n is ${{ params.n }}, s is ${{ params.s }}'", 'n is 7, s is text'],
    ["'${{ params.n }}${{ params.n }}'", '77'],
    ["'${{ params.n-1 }}'", 6],
    ["'${{ (params.n + 1) * 2 - 10 / 4 }}'", 13.5],
    ["'${{ -params.n - -1 }}'", -6],
    ["'${{ 2 - 1 - 1 }}'", 0],
    ["'${{ 1e3 }}'", 1000],
    ['"${{ \'it\'\'s }}\' }}"', "it's }}"],
    ["'${{ \"${{\" }} is how'", '${{ is how'],
    ["'${{ null }}'", null],
    ["'$ {{ not an expression }} }}'", '$ {{ not an expression }} }}'],
  ])('of %s is %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });

  it('sees the axes of the matrix', () => {
    const pipeline = pipelineWith('a: { uses: source, matrix: { n: [1, 2] }, with: { language: "l${{ matrix.n }}", tokens: "${{ matrix.n * 10 }}" } }');
    expect(pipeline.tasks.map(({ parameters }) => [parameters.language, parameters.tokens])).toEqual([['l1', 10], ['l2', 20]]);
  });
});

describe('matrix', () => {
  it('runs a task for every combination, the last axis varying fastest, without what is excluded', () => {
    const pipeline = pipelineWith('a: { uses: exec, with: { command: [ls] }, matrix: { x: [1, 2], y: [u, "v w", true], exclude: [{ x: 1, y: u }, { x: 2, y: true }] } }');
    expect(pipeline.tasks.map(({ id }) => id)).toEqual(['a(x=1,y="v w")', 'a(x=1,y=true)', 'a(x=2,y=u)', 'a(x=2,y="v w")']);
    expect(pipeline.tasks[1]?.labels).toEqual({ x: 1, y: true });
  });

  it('splices lists', () => {
    const pipeline = pipelineWith('a: { uses: exec, with: { command: [ls] }, matrix: { x: [python, "${{ params.targets }}"] } }', 'params: { targets: [php, go] }');
    expect(pipeline.tasks.map(({ labels }) => labels.x)).toEqual(['python', 'php', 'go']);
  });

  it('takes the values of another task\'s axis, wherever that task stands in the file', () => {
    const pipeline = pipelineWith(`score: { uses: evaluate, matrix: { language: train.language, step: train.step }, inputs: { model: train.checkpoints } }
train: { uses: train, matrix: { language: [php, go] }, with: { steps: 200 }, inputs: { corpus: ./c } }`);
    expect(pipeline.tasks.filter(({ name }) => name === 'score').map(({ id }) => id)).toEqual(['score(language=php,step=100)', 'score(language=php,step=200)', 'score(language=go,step=100)', 'score(language=go,step=200)']);
    expect(sourcesOf(pipeline, 'score(language=go,step=100)', 'model')).toEqual(['train(language=go,step=100)']);
  });
});

describe('references', () => {
  it('join on shared axes and fan in over the others, in order', () => {
    const pipeline = pipelineWith(`${corpus}score:
  uses: exec
  matrix: { language: [php, go], seed: [1, 2] }
  with: { command: [ls] }
  inputs: { corpus: corpus.shards }
  outputs: { out: out.json }
report:
  uses: report
  matrix: { language: [go, php] }
  inputs: { scores: score.out }
`);
    expect(sourcesOf(pipeline, 'score(language=go,seed=2)', 'corpus')).toEqual(['corpus(language=go)']);
    expect(sourcesOf(pipeline, 'report(language=go)', 'scores')).toEqual(['score(language=go,seed=1)', 'score(language=go,seed=2)']);
    expect(taskOf(pipeline, 'report(language=go)').inputs.scores).toMatchObject({ type: 'file', many: true, sources: [{ labels: { seed: 1 } }, { labels: { seed: 2 } }] });
    expect(taskOf(pipeline, 'score(language=go,seed=2)').inputs.corpus).toMatchObject({ type: 'tree', many: false, sources: [{ labels: {} }] });
  });

  it('label a list of several references with the axes that were not joined on', () => {
    const pipeline = pipelineWith(`${corpus}report:\n  uses: report\n  matrix: { language: [php] }\n  inputs: { scores: [corpus.statistics, corpus(language=python).statistics, ./mine.json] }\n`);
    expect(taskOf(pipeline, 'report(language=php)').inputs.scores?.sources.map(({ labels }) => labels)).toEqual([{}, { language: 'python' }, {}]);
  });

  it('pick one instance, by value, by expression, or at an end of an axis', () => {
    const pipeline = pipelineWith(`train: { uses: train, matrix: { language: [php, go] }, with: { steps: 300 }, inputs: { corpus: ./c } }
score: { uses: evaluate, matrix: { language: [php, go], end: [first, last, 200] }, inputs: { model: 'train(step=\${{ matrix.end }}).checkpoints' } }
all: { uses: exec, with: { command: [ls] }, inputs: { ends: train(step=last).checkpoints } }`);
    expect(sourcesOf(pipeline, 'score(language=go,end=first)', 'model')).toEqual(['train(language=go,step=100)']);
    expect(sourcesOf(pipeline, 'score(language=go,end=last)', 'model')).toEqual(['train(language=go,step=300)']);
    expect(sourcesOf(pipeline, 'score(language=php,end=200)', 'model')).toEqual(['train(language=php,step=200)']);
    expect(sourcesOf(pipeline, 'all', 'ends')).toEqual(['train(language=php,step=300)', 'train(language=go,step=300)']);
  });

  it('take a label that is called last for what it says', () => {
    const pipeline = pipelineWith(`a: { uses: source, matrix: { name: [last, other] }, with: { language: x } }\nb: { uses: report, inputs: { scores: [a(name=last).statistics, 'a(name="last").statistics', a(name=first).statistics] } }`);
    expect(sourcesOf(pipeline, 'b', 'scores')).toEqual(['a(name=last)', 'a(name=last)', 'a(name=last)']);
  });

  it('keep numbers and text apart', () => {
    const text = 'name: test\ntasks:\n  a: { uses: source, matrix: { n: [1, 2] }, with: { language: x } }\n  b: { uses: evaluate, matrix: { n: ["1"] }, inputs: { model: a.shards } }\n';
    expect(mistakesOf(text)).toEqual(['4:63 missing-instance']);
  });

  it('name one value of a JSON file, or a path from the folder of the pipeline', () => {
    const pipeline = pipelineWith(`${corpus}score: { uses: evaluate, inputs: { model: { path: ../model }, share: 'corpus(language=php).statistics#/counts/a~1b' } }\nraw: { uses: exec, with: { command: [ls] }, inputs: { one: './x.json#/y', tree: ./folder/, file: /abs/file, two: [./a, ./b] } }`);
    expect(taskOf(pipeline, 'score').inputs).toEqual({
      model: { type: 'tree', many: false, sources: [{ kind: 'path', path: '/model', position: { line: 8, column: 45 }, labels: {} }] },
      share: { type: 'value', many: false, sources: [{ kind: 'output', task: 1, output: 'statistics', pointer: '/counts/a~1b', labels: {} }] },
    });
    expect(taskOf(pipeline, 'raw').inputs).toMatchObject({
      one: { type: 'value', many: false, sources: [{ kind: 'path', path: '/project/x.json', pointer: '/y', labels: {} }] },
      tree: { type: 'tree', many: false, sources: [{ kind: 'path', path: '/project/folder', labels: {} }] },
      file: { type: 'file', many: false, sources: [{ kind: 'path', path: '/abs/file', labels: {} }] },
      two: { type: 'file', many: true, sources: [{ kind: 'path', path: '/project/a', labels: {} }, { kind: 'path', path: '/project/b', labels: {} }] },
    });
  });

  it('may come from a list in params', () => {
    const pipeline = pipelineWith('a: { uses: report, inputs: { scores: "${{ params.files }}" } }', 'params: { files: [./a.json, ./b.json] }');
    expect(sourcesOf(pipeline, 'a', 'scores')).toEqual(['/project/a.json', '/project/b.json']);
  });

  it('may reach another instance of the same task', () => {
    const pipeline = pipelineWith(`a: { uses: exec, matrix: { i: [0, 1, 2], exclude: [{ i: 0 }] }, with: { command: [ls] }, outputs: { out: o } , inputs: { base: ./base } }
b: { uses: exec, matrix: { i: [1, 2] }, with: { command: [ls] }, inputs: { x: 'a(i=\${{ 3 - matrix.i }}).out' } }`);
    expect(sourcesOf(pipeline, 'b(i=1)', 'x')).toEqual(['a(i=2)']);
  });
});

describe('a kind that expands', () => {
  const chain = pipelineWith(`${corpus}base: { uses: train, with: { steps: 200 }, inputs: { corpus: corpus(language=python).shards } }
train:
  uses: train
  matrix: { language: [php, go] }
  inputs: { corpus: corpus.shards, from: base(step=last).checkpoints, teacher: ./teacher }
  with: { steps: '\${{ params.steps }}', rate: '\${{ params.rate }}' }
report: { uses: report, inputs: { scores: train.metrics, shards: [train.checkpoints] } }
`, 'params: { steps: 300, rate: 0.5 }');

  it('becomes a chain of segments, each with its own parameters', () => {
    expect(chain.tasks.filter(({ name }) => name === 'train').map(({ id, parameters }) => [id, parameters.start, parameters.end])).toEqual(
      ['php', 'go'].flatMap((language) => [[`train(language=${language},step=100)`, 0, 100], [`train(language=${language},step=200)`, 100, 200], [`train(language=${language},step=300)`, 200, 300]]),
    );
  });

  it('carries outputs from segment to segment, and gives the first what the file gives', () => {
    expect(sourcesOf(chain, 'train(language=go,step=100)', 'from')).toEqual(['base(step=200)']);
    expect(sourcesOf(chain, 'train(language=go,step=200)', 'from')).toEqual(['train(language=go,step=100)']);
    expect(taskOf(chain, 'base(step=100)').inputs.from).toBeUndefined();
  });

  it('gives a segment only the inputs that it reads', () => {
    expect(Object.keys(taskOf(chain, 'train(language=go,step=200)').inputs).sort()).toEqual(['corpus', 'from']);
    expect(Object.keys(taskOf(chain, 'train(language=go,step=300)').inputs).sort()).toEqual(['corpus', 'from', 'teacher']);
  });

  it('has outputs of each segment, which fan in, and outputs of the last, which have no such axis', () => {
    expect(taskOf(chain, 'report').inputs.scores?.sources.map(({ labels }) => labels)).toEqual([{ language: 'php' }, { language: 'go' }]);
    expect(sourcesOf(chain, 'report', 'scores')).toEqual(['train(language=php,step=300)', 'train(language=go,step=300)']);
    expect(sourcesOf(chain, 'report', 'shards')).toHaveLength(6);
    expect(Object.keys(taskOf(chain, 'train(language=go,step=100)').outputs)).toEqual(['checkpoints']);
    expect(Object.keys(taskOf(chain, 'train(language=go,step=300)').outputs)).toEqual(['checkpoints', 'metrics']);
  });

  it('keeps the place and origin of parameters that keep their name', () => {
    const task = taskOf(chain, 'train(language=go,step=200)');
    expect([...task.parameterPositions.keys()]).toEqual(['/rate']);
    expect(task.parameterOrigins.get('/rate')).toBe('params.rate');
  });

  it('changes nothing in the earlier segments when it is extended', () => {
    const steps = (count: number): unknown => pipelineWith('a: { uses: train, with: { steps: "${{ params.n }}" }, inputs: { corpus: ./c } }', `params: { n: ${String(count)} }`).tasks.slice(0, 2).map(({ parameters, inputs }) => ({ parameters, inputs }));
    expect(steps(500)).toEqual(steps(300));
  });
});

describe('mistakes', () => {
  it('are all reported, in the order of the file', () => {
    expect(mistakesOf('nmae: test\ntasks:\n  a: { uses: exce }\n  b: { uses: source, with: { language: 3 } }\n  c: { uses: report, inputs: { scores: d.x } }\n')).toEqual([
      '1:1 unknown-key', '3:14 unknown-kind', '4:40 wrong-type', '5:40 unknown-task',
    ]);
  });

  it('in one parameter of many instances are one mistake', () => {
    expect(mistakesOf('name: test\ntasks:\n  a: { uses: source, matrix: { i: [1, 2, 3] }, with: { language: "${{ matrix.i }}", mode: x } }\n')).toHaveLength(4);
    expect(mistakesOf('name: test\ntasks:\n  a: { uses: source, matrix: { i: [1, 2, 3] }, with: { language: x, mode: x, tokens: "${{ matrix.i }}" } }\n')).toHaveLength(1);
  });

  it('beyond the first hundred are counted', () => {
    const result = load(`name: test\ntasks:\n${Array.from({ length: 150 }, (_, index) => `  t${String(index)}: { uses: nope }\n`).join('')}`);
    expect(result.kind === 'invalid' && result.diagnostics.length).toBe(101);
    expect(result.kind === 'invalid' && result.diagnostics.at(-1)?.message).toBe('and 50 more mistakes; the first 100 are shown');
  });
});
