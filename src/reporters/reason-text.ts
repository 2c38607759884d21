import type { Json } from '../engine/json.js';
import type { Reason } from '../engine/reason.js';

/** Why a task runs, in a few words that fit behind its name. */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'never-run':
      return 'no earlier result';
    case 'parameter-changed': {
      const where = reason.position ? ` (line ${reason.position.line})` : '';
      return `${parameterName(reason.pointer)} ${changeText(reason.before, reason.after).join(' -> ')}${where}`;
    }
    case 'input-changed':
      return `input ${reason.input} changed, from ${reason.upstream}`;
    case 'code-changed':
      return 'its code changed';
    case 'kind-version-changed':
      return `version of its kind ${reason.before} -> ${reason.after}`;
    case 'environment-changed':
      return `environment variable ${reason.variable} changed`;
    case 'runtime-changed':
      return `runtime ${reason.before} -> ${reason.after}`;
    case 'outputs-changed':
      return 'its declared outputs changed';
    case 'output-missing':
      return `its output ${reason.output} is missing or corrupt`;
    case 'forced':
      return 'forced';
    case 'upstream-runs':
      return `depends on ${reason.upstream}`;
  }
}

/** `/optimizer/rate` -> `optimizer.rate`; the pointer of RFC 6901 is for programs. */
export function parameterName(pointer: string): string {
  return pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');
}

/** Longest text of a value; longer ones are cut. */
const longestValue = 60;
/** Characters kept before the place where two long values part. */
const context = 12;

/** A parameter's value on one line; a value that is not set (and so has its default) is said in words. */
export function valueText(value: Json | undefined): string {
  const text = jsonText(value);
  return text.length <= longestValue ? text : `${text.slice(0, longestValue - 1)}…`;
}

/** Two values on one line each. Of long ones, the part where they differ: cut at the end, both could look the same. */
export function changeText(before: Json | undefined, after: Json | undefined): readonly [string, string] {
  const [old, now] = [jsonText(before), jsonText(after)];
  if (Math.max(old.length, now.length) <= longestValue) return [old, now];
  let same = 0;
  while (same < Math.min(old.length, now.length) && old[same] === now[same]) same += 1;
  const start = same <= context ? 0 : same - context;
  const part = (text: string): string => {
    const end = start + longestValue;
    return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
  };
  return [part(old), part(now)];
}

function jsonText(value: Json | undefined): string {
  return value === undefined ? '(default)' : JSON.stringify(value);
}
