import { describe, expect, it } from 'vitest';
import { select } from '../../src/engine/selection.js';
import { pipelineOf, type TaskSpec } from './run/specs.js';

const evaluate = [100, 200].flatMap((step) => ['php', 'go'].map((language): TaskSpec => (
  { id: `evaluate(step=${step},language=${language})`, labels: { step, language }, from: ['train'] })));
const mix = ['a,b', 'c (d)'].map((of): TaskSpec => ({ id: `mix(of=${JSON.stringify(of)})`, labels: { of } }));
const pipeline = pipelineOf([{ id: 'corpus' }, { id: 'train', from: ['corpus'] }, ...evaluate, { id: 'report', from: evaluate.map(({ id }) => id) }, ...mix]);

function selected(...patterns: string[]): string[] {
  const result = select(pipeline, { only: patterns });
  if (result.kind === 'invalid') throw new Error(result.diagnostics.map(({ message, hint }) => `${message} | ${hint ?? ''}`).join('\n'));
  return pipeline.tasks.filter(({ index }) => result.selected[index]).map(({ id }) => id);
}

const all = evaluate.map(({ id }) => id);

describe('a task pattern', () => {
  it.each([
    ['a name, meaning all its instances', 'evaluate', all],
    ['an id', 'evaluate(step=100,language=go)', [all[1]]],
    ['coordinates in another order', 'evaluate(language=go,step=200)', [all[3]]],
    ['some of the coordinates, the other axes left open', 'evaluate(language=go)', [all[1], all[3]]],
    ['a star for the axes left open', 'evaluate(language=go,*)', [all[1], all[3]]],
    ['a glob in a coordinate', 'evaluate(language=p*,step=?00)', [all[0], all[2]]],
    ['spaces around coordinates', 'evaluate( language = go , step=100 )', [all[1]]],
    ['a glob over names, with coordinates', 'eval*(step=200)', [all[2], all[3]]],
    ['a glob over ids', '*language=php)', [all[0], all[2]]],
    ['a quoted value with a comma', 'mix(of="a,b")', [mix[0]?.id]],
    ['a quoted value with parentheses', 'mix(of="c (d)")', [mix[1]?.id]],
  ])('takes %s', (_, pattern, expected) => {
    expect(selected(pattern)).toEqual(expected);
  });

  it('takes a quoted value as it is, never as a glob', () => {
    expect(() => selected('evaluate(language="p*")')).toThrow('no "evaluate" has language="p*"');
  });

  it('selects what any of several patterns matches', () => {
    expect(selected('corpus', 'evaluate(step=100,language=php)')).toEqual(['corpus', all[0]]);
  });

  it('with a plus before it adds what the task needs, with one after it what needs the task', () => {
    expect(selected('+train')).toEqual(['corpus', 'train']);
    expect(selected('evaluate(step=100,language=go)+')).toEqual([all[1], 'report']);
    expect(selected('+evaluate(step=100,language=go)+')).toEqual(['corpus', 'train', all[1], 'report']);
  });

  it.each([
    ['an unknown axis, naming the axes', 'evaluate(langauge=go)', '"evaluate" has no axis "langauge" | did you mean "language"? (its axes are step, language)'],
    ['an axis of nothing like it', 'evaluate(benchmark=1)', '"evaluate" has no axis "benchmark" | its axes are step, language'],
    ['a task without axes', 'report(step=1)', '"report" has no axes: it is one task | write "report"'],
    ['an unknown value, naming the values', 'evaluate(language=rust)', 'no "evaluate" has language=rust | values of "language" are php, go'],
    ['values that no task has together', 'evaluate(step=100,language=go,language=php)', 'no "evaluate" has step=100 and language=go and language=php together | there is evaluate(step=100,language=php)'],
    ['an unknown name, with its coordinates', 'evalute(step=100)', 'no task matches "evalute(step=100)" | did you mean "evaluate(step=100)"?'],
    ['what are no coordinates', 'evaluate(100)', '"(100)" is not a list of coordinates | write evaluate(axis=value,axis=value), as in evaluate(step=100,language=php)'],
  ])('explains %s', (_, pattern, message) => {
    expect(() => selected(pattern)).toThrow(message);
  });
});
