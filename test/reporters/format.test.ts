import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/engine/columns.js';
import { bar, count, drawsUnicode, duration, fit, padded, roughDuration, wantsColor } from '../../src/reporters/format.js';

describe('format', () => {
  it('names at most two units of time', () => {
    expect(duration(412)).toBe('412ms');
    expect(duration(3_200)).toBe('3.2s');
    expect(duration(250_000)).toBe('4m 10s');
    expect(duration(2 * 3_600_000 + 5 * 60_000 + 1000)).toBe('2h 5m');
  });

  it('shows rough times in whole seconds, and in whole minutes from ten minutes on', () => {
    expect(roughDuration(3_499)).toBe('3s');
    expect(roughDuration(20)).toBe('0s');
    expect(roughDuration(611_000)).toBe('10m');
  });

  it('says one task and two tasks', () => {
    expect([count(1, 'task'), count(2, 'task'), count(12_000, 'task')]).toEqual(['1 task', '2 tasks', '12,000 tasks']);
  });

  it('never fits more columns than there is width, and no control characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.nat(100), (text, width) => {
      const line = fit(text, width);
      return columnsOf(line) <= width && !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(line);
    }));
  });

  it('marks what it cut off', () => {
    expect(fit('acquire(language=php)', 10)).toBe('acquire(l…');
    expect(fit('语言语言语言', 6)).toBe('语言…');
    expect(padded('语言', 6)).toBe('语言  ');
  });

  it('draws a bar of exactly its width, whatever the numbers', () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), fc.integer({ min: 1, max: 80 }), (done, total, width) => {
      expect(bar(done, total, width)).toHaveLength(width);
    }));
    expect(bar(1, 4, 8)).toBe('██░░░░░░');
  });

  it('draws in ASCII where the locale or the console has nothing else', () => {
    expect([{}, { LANG: 'C.UTF-8' }, { LANG: 'de_DE.utf8' }, { LC_ALL: 'en_US.UTF-8', LANG: 'C' }].map(drawsUnicode)).toEqual([true, true, true, true]);
    expect([{ TERM: 'linux' }, { LANG: 'C' }, { LC_ALL: 'POSIX', LANG: 'C.UTF-8' }].map(drawsUnicode)).toEqual([false, false, false]);
  });

  it('wants colour on a terminal only, and not where NO_COLOR is set', () => {
    expect(wantsColor({ isTTY: true }, {})).toBe(true);
    expect(wantsColor({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColor({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
    expect(wantsColor({}, {})).toBe(false);
  });
});
