import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secrets } from '../../../src/tasks/exec/secrets.js';

describe('secrets', () => {
  it('are masked as they are, inside JSON, in a URL and in base64 of something around them', () => {
    const secret = 'p"ss/w?rd & more';
    const secrets = new Secrets([secret]);
    const spellings = [secret, JSON.stringify({ secret }), `https://host/?token=${encodeURIComponent(secret)}`, ...['', 'u', 'us', 'usr:'].map((user) => Buffer.from(`${user}${secret}`).toString('base64'))];
    for (const spelling of spellings) expect(secrets.mask(spelling)).toContain('***');
    expect(secrets.mask(JSON.stringify({ secret }))).toBe('{"secret":"***"}');
  });

  it('of several lines are masked line by line, but not their braces', () => {
    const secrets = new Secrets(['{\n  "key": "abcdef"\n}']);
    expect(secrets.mask('  "key": "abcdef"')).toBe('***');
    expect(secrets.mask('{')).toBe('{');
  });

  it('may hold every character that means something to a regular expression', () => fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 20 }), (secret) => {
    fc.pre(!/[\r\n]/.test(secret) && !'***'.includes(secret));
    expect(new Secrets([secret]).mask(`\u0001${secret}\u0001`)).not.toContain(`\u0001${secret}\u0001`);
  })));

  it('leave a text alone that has none', () => {
    expect(new Secrets([]).mask('text')).toBe('text');
    expect(new Secrets(['']).mask('text')).toBe('text');
  });
});
