import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hintFor, type Failed } from '../../../src/tasks/exec/hints.js';
import { removeRigs, temporaryFolder } from '../task-rig.js';

afterAll(removeRigs);

describe('the hint of a failed command', () => {
  let project: string;
  let home: string;
  beforeAll(() => {
    project = temporaryFolder();
    home = temporaryFolder();
    mkdirSync(join(project, 'raw data'));
    for (const file of ['data.csv', 'train.py', 'raw data/a b.csv']) writeFileSync(join(project, file), '');
    writeFileSync(join(home, '.netrc'), '');
  });

  const hint = (tail: readonly string[], others: Partial<Failed> = {}): string | undefined => hintFor({
    exitCode: 1, command: 'make', tail, scratch: '/cache/1/scratch', folders: [project, home], sandbox: { network: false, shows: () => false }, ...others,
  });

  it.each([
    ['cat', "cat: FILE: No such file or directory"],
    ['a shell', "sh: 1: cannot open FILE: No such file"],
    ['Python', "FileNotFoundError: [Errno 2] No such file or directory: 'FILE'"],
    ['Node.js', "Error: ENOENT: no such file or directory, open 'FILE'"],
    ['R', "cannot open file 'FILE': No such file or directory"],
    ['gcc', 'cc1: fatal error: FILE: No such file or directory'],
    ['ls', "ls: cannot access 'FILE': No such file or directory"],
  ])('names the undeclared file that %s complains about', (_, line) => {
    const file = join(project, 'data.csv');
    expect(hint([line.replace('FILE', file)])).toBe(`${file} exists but is not declared: add it under \`inputs\`, and use $INPUT_<NAME>`);
    expect(hint([line.replace('FILE', 'data.csv')])).toContain(`${file} exists but is not declared, and a command starts in an empty folder`);
  });

  it('understands quotes around spaces, paths made absolute by the program, and paths that only the command names', () => {
    expect(hint([`cannot open '${project}/raw data/a b.csv'`])).toContain('raw data/a b.csv exists');
    expect(hint(["python3: can't open file '/cache/1/scratch/train.py': [Errno 2] No such file or directory"])).toContain(`${project}/train.py exists`);
    expect(hint(['could not read the data'], { command: `analyse --data=${project}/data.csv` })).toContain(`${project}/data.csv exists`);
    expect(hint(['curl: .netrc: no such file'])).toContain(`${home}/.netrc exists`);
  });

  it('is silent about what the sandbox shows, what is nowhere, and words that happen to be names of files', () => {
    expect(hint([`cat: ${project}/data.csv: No such file`], { sandbox: { network: false, shows: () => true } })).toBeUndefined();
    expect(hint([`cat: ${project}/absent.csv: No such file`])).toBeUndefined();
    expect(hint(['data.csv has 3 bad rows'])).toBeUndefined();
    expect(hint(['cat: /cache/1: No such file', 'no such file: . or ..', 'No such file: /'])).toBeUndefined();
  });

  it('without a sandbox still tells of a relative path', () => {
    expect(hint(['cat: data.csv: No such file or directory'], { sandbox: undefined })).toContain('starts in an empty folder');
    expect(hint([`cat: ${project}/data.csv: No such file`, 'Could not resolve host: example.org'], { sandbox: undefined })).toBeUndefined();
  });

  it.each([
    'curl: (6) Could not resolve host: example.org',
    'ping: example.org: Name or service not known',
    'socket.gaierror: [Errno -3] Temporary failure in name resolution',
    'Error: getaddrinfo EAI_AGAIN registry.example.org',
    'dial tcp: lookup example.org: no such host',
    'connect: Network is unreachable',
  ])('tells of the network: %s', (line) => {
    expect(hint([line])).toContain('network: true');
    expect(hint([line], { sandbox: { network: true, shows: () => false } })).toBeUndefined();
  });
});
