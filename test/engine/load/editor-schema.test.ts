import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { firstPipeline } from '../../../src/cli/first-pipeline.js';
import type { JsonObject } from '../../../src/engine/json.js';
import { pipelineSchema } from '../../../src/engine/load/schema.js';
import { kinds } from '../../../src/tasks/registry.js';

// The kinds as shipped. The schema says nothing about their code.
const schema = pipelineSchema(new Map(kinds.map((kind) => [kind.name, { kind, codeDigest: '' }])));
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
const shipped = fileURLToPath(new URL('../../../pipelines/', import.meta.url));

/** JSON pointers of what an editor would underline; empty for a valid file. */
function mistakesIn(text: string): readonly string[] {
  return validate(parse(text)) ? [] : (validate.errors ?? []).map(({ instancePath }) => instancePath);
}

function taskOf(task: string): string {
  return `name: test\nparams: { n: 1 }\ntasks:\n  a: ${task}\n`;
}

describe('pain 9: the schema that editors check pipelines with', () => {
  it.each(readdirSync(shipped))('accepts %s', (file) => {
    expect(mistakesIn(readFileSync(shipped + file, 'utf8'))).toEqual([]);
  });

  it('accepts what init writes', () => {
    expect(mistakesIn(firstPipeline)).toEqual([]);
  });

  it.each([
    ['a kind that there is not', '{ uses: trian }', '/tasks/a/uses'],
    ['no kind', "{ with: { run: ls } }", '/tasks/a'],
    ['a misspelt key of a task', "{ uses: exec, wiht: { run: ls } }", '/tasks/a'],
    ['a misspelt parameter', "{ uses: exec, with: { run: ls, shel: bash } }", '/tasks/a/with'],
    ['a parameter of another kind', "{ uses: exec, with: { run: ls, steps: 3 } }", '/tasks/a/with'],
    ['a parameter that is left out', '{ uses: exec, with: {} }', '/tasks/a/with'],
    ['a parameter of the wrong type', '{ uses: train, with: { steps: many }, inputs: { tokens: b.c, from: b.c } }', '/tasks/a/with/steps'],
    ['a parameter out of its bounds', '{ uses: train, with: { steps: -1 }, inputs: { tokens: b.c, from: b.c } }', '/tasks/a/with/steps'],
    ['a choice that there is not', "{ uses: exec, with: { run: ls, sandbox: maybe } }", '/tasks/a/with/sandbox'],
    ['an input that the kind does not take', '{ uses: train, with: { steps: 1 }, inputs: { tokens: b.c, from: b.c, corpus: b.c } }', '/tasks/a/inputs'],
    ['an input that is left out', '{ uses: train, with: { steps: 1 }, inputs: { from: b.c } }', '/tasks/a/inputs'],
    ['outputs of a kind that fixes them', '{ uses: train, with: { steps: 1 }, inputs: { tokens: b.c, from: b.c }, outputs: { x: x.txt } }', '/tasks/a/outputs'],
    ['an output in a folder', "{ uses: exec, with: { run: ls }, outputs: { x: a/b.txt } }", '/tasks/a/outputs/x'],
    ['a timeout without a unit', "{ uses: exec, with: { run: ls }, timeout: '30' }", '/tasks/a/timeout'],
    ['a memory without a unit', "{ uses: exec, with: { run: ls }, resources: { memory: lots } }", '/tasks/a/resources/memory'],
    ['an axis that is one number', "{ uses: exec, with: { run: ls }, matrix: { n: 3 } }", '/tasks/a/matrix/n'],
    ['an attempt that is none', "{ uses: exec, with: { run: ls }, retry: { attempts: 0 } }", '/tasks/a/retry/attempts'],
  ])('underlines %s', (_mistake, task, place) => {
    expect(mistakesIn(taskOf(task))).toContain(place);
  });

  it.each([['a file without a name', 'tasks: { a: { uses: exec, with: { run: ls } } }'], ['a file without tasks', 'name: a\ntasks: {}'], ['a key of another tool', 'name: a\njobs: {}\ntasks: { a: { uses: exec, with: { run: ls } } }']])('underlines %s', (_mistake, text) => {
    expect(mistakesIn(text)).not.toEqual([]);
  });

  it('describes every parameter, input and output of every kind, and every default', () => {
    const task = (schema['$defs'] as { task: { allOf: JsonObject[]; properties: { uses: { oneOf: { const?: string; markdownDescription?: string }[] } } } }).task;
    for (const kind of kinds) {
      const conditions = task.allOf.find((condition) => JSON.stringify(condition).includes(`"^${kind.name}$"`)) as { then: { properties: { with: { properties: Record<string, JsonObject> }; inputs: { properties: Record<string, JsonObject> } } } };
      for (const [name, parameter] of Object.entries(kind.parameters.properties)) {
        const shown = conditions.then.properties.with.properties[name];
        expect(shown, `${kind.name}.${name}`).toMatchObject({ description: expect.any(String), ...('default' in parameter && { default: parameter['default'] }) });
      }
      for (const shown of Object.values(conditions.then.properties.inputs.properties)) expect(shown).toMatchObject({ description: expect.any(String), examples: [expect.any(String)] });
      const hover = task.properties.uses.oneOf.find((choice) => choice.const === kind.name)?.markdownDescription ?? '';
      for (const output of Object.keys(kind.outputs)) expect(hover).toContain(`\`${output}\``);
    }
  });
});
