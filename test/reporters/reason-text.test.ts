import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeText, parameterName, reasonText, valueText } from '../../src/reporters/reason-text.js';

describe('reason text', () => {
  it('names a parameter as people write it', () => {
    expect(parameterName('/optimizer/rate')).toBe('optimizer.rate');
    expect(parameterName('/a~1b/~0c')).toBe('a/b.~c');
  });

  it('says that a value which is not set has its default', () => {
    expect(reasonText({ kind: 'parameter-changed', pointer: '/steps', before: undefined, after: 60 })).toBe('steps (default) -> 60');
  });

  it('cuts long values', () => {
    expect(valueText('x'.repeat(1_000))).toHaveLength(60);
  });

  it('shows where long values differ', () => {
    const before = `echo ${'a'.repeat(200)} hello world ${'b'.repeat(200)}`;
    const [old, now] = changeText(before, before.replace('hello', 'goodbye'));
    expect(old).toMatch(/^…a+ hello world b+…$/);
    expect(now).toMatch(/^…a+ goodbye world b+…$/);
  });

  it('never shows two different values as the same text, nor a long one', () => {
    const long = fc.string({ maxLength: 300 });
    fc.assert(fc.property(long, long, long, long, (prefix, one, other, suffix) => {
      fc.pre(one !== other);
      const [old, now] = changeText(prefix + one + suffix, prefix + other + suffix);
      return old !== now && old.length <= 62 && now.length <= 62;
    }));
  });
});
