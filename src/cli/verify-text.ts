import type { Json } from '../engine/json.js';
import type { OutputDifference } from '../engine/verify/first-difference.js';
import { count, duration } from '../reporters/format.js';
import { changeText } from '../reporters/reason-text.js';
import type { Verified } from './verify.js';

/** One task: whether its results are the same, and where they first differ. */
export function verifiedText({ task, outcome }: Verified): string {
  switch (outcome.kind) {
    case 'same':
      return `${task.id}: ${count(outcome.results, 'result')}, all the same (${duration(outcome.ms)})\n`;
    case 'differs':
      return [`${task.id}: not reproducible, result ${outcome.results} differs from the first (${duration(outcome.ms)})\n`,
        ...outcome.outputs.map(({ name, difference }) => `  ${name}: ${difference ? differenceText(difference) : 'in only one of them'}\n`)].join('');
    case 'failed':
      return `${task.id}: failed when it was executed again: ${outcome.failure.message}\n${outcome.failure.hint ? `  hint: ${outcome.failure.hint}\n` : ''}`;
    case 'not-comparable':
      return `${task.id}: not compared, as what it writes tells of the run that made it\n`;
  }
}

export function verifiedJson({ task, outcome }: Verified): Json {
  return JSON.parse(JSON.stringify({ task: task.id, ...outcome })) as Json;
}

/** Where two results first differ, and what is there in each: `metrics.json: /loss is 2.31 -> 2.32`. */
export function differenceText(difference: OutputDifference): string {
  switch (difference.kind) {
    case 'type':
      return `a ${noun(difference.before)} -> a ${noun(difference.after)}`;
    case 'file':
      return `${difference.file} ${fileProblem[difference.problem]}`;
    case 'json': {
      const [before, after] = changeText(difference.before, difference.after).map((text) => text.replace('(default)', '(none)'));
      const line = difference.line === undefined ? '' : `line ${difference.line}, `;
      return `${inFile(difference.file)}${line}${difference.pointer === '' ? 'the value' : difference.pointer} is ${before ?? ''} -> ${after ?? ''}`;
    }
    case 'bytes':
      return `${inFile(difference.file)}${count(difference.length, 'byte')} at offset ${difference.offset.toLocaleString('en-US')}: ${difference.before} -> ${difference.after}`;
  }
}

const fileProblem = { missing: 'is only in the first', extra: 'is not in the first', mode: 'is executable in only one' } as const;

function inFile(file: string | undefined): string {
  return file === undefined ? '' : `${file}: `;
}

function noun(type: 'file' | 'tree'): string {
  return type === 'tree' ? 'folder' : 'file';
}
