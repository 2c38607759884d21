import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Command lines of the processes that have a word in theirs: who outlived whom. */
export function processesWith(word: string): readonly string[] {
  return commandLines().filter((line) => line.split(' ').includes(word));
}

/** A small container has /proc, but no `ps`. */
function commandLines(): readonly string[] {
  if (!existsSync('/proc/self/cmdline')) return execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' }).split('\n');
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return '';
    }
  });
}
