import { describe, expectTypeOf, it } from 'vitest';
import { defineTask } from '../../../src/index.js';
import type { InputArtifact, Json } from '../../../src/index.js';

// Checked by the compiler (npm run typecheck): a wrong type or an @ts-expect-error that finds no error fails there.
describe('defineTask', () => {
  it('infers the parameters from their schemas', () => {
    defineTask({
      summary: 'x',
      parameters: {
        steps: { type: 'integer', default: 3 },
        order: { enum: ['file', 'random'], default: 'file' },
        title: { type: ['string', 'null'], default: null },
        weights: { type: 'array', items: { type: 'number' }, default: [] },
        nested: { type: 'object', properties: { deep: { type: 'boolean' } }, default: {} },
        anything: { default: 1 },
      },
      outputs: { out: 'out.txt' },
      run({ parameters }) {
        expectTypeOf(parameters.steps).toEqualTypeOf<number>();
        expectTypeOf(parameters.order).toEqualTypeOf<'file' | 'random'>();
        expectTypeOf(parameters.title).toEqualTypeOf<string | null>();
        expectTypeOf(parameters.weights).toEqualTypeOf<readonly number[]>();
        expectTypeOf(parameters.nested).toEqualTypeOf<{ readonly deep: boolean }>();
        expectTypeOf(parameters.anything).toEqualTypeOf<Json>();
        // @ts-expect-error there is no such parameter
        void parameters.stepz;
      },
    });
  });

  it('infers them from a whole object schema, and for expand', () => {
    defineTask({
      summary: 'x',
      parameters: { type: 'object', required: ['steps'], properties: { steps: { type: 'integer' } } },
      outputs: { out: 'out.txt' },
      expand: ({ steps }) => ({ axis: 'step', segments: [{ label: steps, parameters: {} }], carry: [] }),
      run({ parameters }) { expectTypeOf(parameters.steps).toEqualTypeOf<number>(); },
    });
  });

  it('checks the names of inputs and outputs', () => {
    defineTask({
      summary: 'x',
      inputs: { text: 'file', count: 'value', parts: { type: 'tree', many: true } },
      outputs: { counts: 'counts.json', figures: { fileName: 'figures/', description: 'One a language.' } },
      run(context) {
        expectTypeOf(context.input('text')).toEqualTypeOf<InputArtifact>();
        expectTypeOf(context.value('count')).toEqualTypeOf<Json | undefined>();
        context.output('figures');
        // @ts-expect-error there is no such input
        context.inputs('txt');
        // @ts-expect-error there is no such output
        context.output('count');
      },
    });
    // @ts-expect-error a number is no kind of input
    defineTask({ summary: 'x', inputs: { text: 3 }, outputs: { out: 'out.txt' }, run: () => undefined });
    // @ts-expect-error without run, nothing can run
    defineTask({ summary: 'x', outputs: { out: 'out.txt' } });
  });
});
