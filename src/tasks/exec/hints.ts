import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { isWithin } from './shown-folders.js';

/** A command that failed, as far as it tells why. */
export interface Failed {
  readonly exitCode: number;
  readonly command: string;
  /** The last lines of its output. */
  readonly tail: readonly string[];
  readonly scratch: string;
  /** The user's folders, where undeclared files are looked for: that of the run and the home. */
  readonly folders: readonly string[];
  /** Undefined without a sandbox. */
  readonly sandbox: { readonly network: boolean; shows(path: string): boolean } | undefined;
}

const saysMissing = /no such file|not found|cannot open|can't open|could not open|does not exist|nonexistent|ENOENT/i;
const saysNoNetwork = /could not resolve|name resolution|name or service not known|getaddrinfo|EAI_AGAIN|no such host|UnknownHost|network is unreachable|ENETUNREACH|nodename nor servname|unable to resolve/i;
const saysReadOnly = /read-only file system|EROFS/i;
const saysDiskFull = /no space left on device|ENOSPC/i;
/** Looking paths up costs time: a failure names few. */
const mostPaths = 200;

/** What the failure has to do with how we run commands, and what to do about it; undefined when nothing points that way. */
export function hintFor(failed: Failed): string | undefined {
  const { sandbox, tail } = failed;
  const says = (pattern: RegExp): boolean => tail.some((line) => pattern.test(line));
  const hints: string[] = [];
  const undeclared = undeclaredIn(failed);
  if (undeclared !== undefined) hints.push(undeclared);
  if (sandbox && !sandbox.network && says(saysNoNetwork)) hints.push('the sandbox has no network: `network: true` under `with` gives it one');
  if (sandbox && says(saysReadOnly)) hints.push('a command may write only to its outputs, its scratch folder and a /tmp of its own; `sandbox: none` under `with` lifts that');
  if (sandbox && says(saysDiskFull)) hints.push('/tmp is in memory here, and $TMPDIR on the disk');
  return hints.length === 0 ? undefined : hints.join('; ');
}

/** A file of the user's that the command named and did not see. */
function undeclaredIn({ tail, command, scratch, folders, sandbox }: Failed): string | undefined {
  const missing = tail.filter((line) => saysMissing.test(line));
  // Programs are terse: the path may be on another line than the complaint, or only in the command.
  const absolute = [...tail, command].flatMap(wordsOf).filter(isAbsolute);
  const relative = [
    ...missing.flatMap(wordsOf).filter((word) => !isAbsolute(word)),
    ...absolute.filter((word) => word.startsWith(`${scratch}/`)).map((word) => word.slice(scratch.length + 1)),
  ].filter((word) => !/^[.~]*\/*$/.test(word));
  for (const path of absolute.slice(-mostPaths)) {
    if (sandbox && !sandbox.shows(path) && !isWithin(scratch, path) && existsSync(path)) return `${path} exists but is not declared: ${remedy(path, folders)}`;
  }
  for (const word of relative.slice(-mostPaths)) {
    const path = folders.map((folder) => join(folder, word)).find((candidate) => existsSync(candidate));
    if (path !== undefined) return `${path} exists but is not declared, and a command starts in an empty folder: add it under \`inputs\`, and use $INPUT_<NAME>`;
  }
  return undefined;
}

function remedy(path: string, [project = '/']: readonly string[]): string {
  const asInput = 'add it under `inputs`, and use $INPUT_<NAME>';
  return isWithin(path, project) ? asInput : `${asInput}; or, if it belongs to a program, add its folder to \`toolchains\` under \`with\``;
}

/** Quoted strings, and words without quotes and punctuation. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']+)'|"([^"]+)"|‘([^’]+)’|`([^`']+)[`']|([^\s'"‘’`:;,()<>|&=$]+)/g)]
    .map((match) => match.slice(1).find((group) => group !== undefined) ?? '')
    .flatMap((word) => [word, word.replace(/[.!?\]]+$/, '')])
    .filter((word, index, words) => word !== '' && word.length < 1_024 && word !== words[index - 1]);
}
