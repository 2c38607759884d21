import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exec } from '../../../src/tasks/exec/kind.js';
import { run } from '../../../src/tasks/exec/run.js';
import { bubblewrapArguments, probe, probeSandbox, shows, type SandboxView } from '../../../src/tasks/exec/sandbox.js';
import { foldersOfPath } from '../../../src/tasks/exec/shown-folders.js';
import { removeRigs, runTask, temporaryFolder } from '../task-rig.js';

afterAll(removeRigs);

const view: SandboxView = { directory: '/p/cache/1/scratch', writable: ['/p/cache/1'], toolchains: [], inputs: ['/p/cache/o/1'], hidden: ['/p', '/home/ada'], network: false, uid: 1000 };
const system = [{ path: '/usr' }, { path: '/bin', link: 'usr/bin' }, { path: '/etc' }];

/** A program that says its name and where its library is, laid out as an installation. */
function installation(root: string): string {
  mkdirSync(join(root, 'bin'), { recursive: true });
  mkdirSync(join(root, 'lib'));
  writeFileSync(join(root, 'lib', 'words'), 'from the library\n');
  writeFileSync(join(root, 'bin', 'say'), `#!/bin/sh\ncat ${root}/lib/words\n`);
  chmodSync(join(root, 'bin', 'say'), 0o755);
  return join(root, 'bin');
}

describe('the sandbox', () => {
  it('is described to bubblewrap: the system read-only, the user\'s folders empty, the task\'s own in them', () => {
    const text = bubblewrapArguments(view, system).join(' ');
    expect(text).toContain('--ro-bind /usr /usr --symlink usr/bin /bin --ro-bind /etc /etc');
    expect(text).toContain('--tmpfs /tmp --tmpfs /p --tmpfs /home/ada --ro-bind /p/cache/o/1 /p/cache/o/1 --bind /p/cache/1 /p/cache/1 --remount-ro /p --remount-ro /home/ada --remount-ro /');
    expect(text).toContain('--unshare-net');
    expect(text).not.toContain('--uid');
  });

  it('has a network when it may, and no root in it', () => {
    const text = bubblewrapArguments({ ...view, network: true, uid: 0 }, system).join(' ');
    expect(text).not.toContain('--unshare-net');
    expect(text).toContain('--uid 65534');
  });

  it('does not hide what the system lies in, when a run starts at the root or in /tmp', () => {
    const text = bubblewrapArguments({ ...view, hidden: ['/', '/tmp', '/usr', '/usr/src/app'] }, system).join(' ');
    expect(text.match(/--tmpfs \S+/g)).toEqual(['--tmpfs /tmp', '--tmpfs /usr/src/app']);
  });

  it('shows the folders around inputs that are too many to name', () => {
    const inputs = Array.from({ length: 5_000 }, (_, index) => `/p/cache/objects/${index % 7}/${index}`);
    const args = bubblewrapArguments({ ...view, inputs }, system);
    expect(args.length).toBeLessThan(100);
    expect(args.join(' ')).toContain('--ro-bind /p/cache/objects/6 /p/cache/objects/6 --bind');
  });

  it('knows what it shows', () => {
    const inside = { ...view, hidden: [...view.hidden, '/usr/src/app'] };
    const shown = ['/usr/bin/sh', '/etc/passwd', '/p/cache/o/1', '/p/cache/o/1/part', '/p/cache/1/out/x', '/proc/self'];
    const hidden = ['/p/data.csv', '/home/ada/data.csv', '/tmp/data.csv', '/srv/data.csv', '/usr/src/app/data.csv', '/p/cache/o/11'];
    expect(shown.filter((path) => !shows(inside, path, system))).toEqual([]);
    expect(hidden.filter((path) => shows(inside, path, system))).toEqual([]);
  });

  it('is unavailable where there is no bubblewrap, or one that may not work, and says why', async () => {
    expect(await probe('darwin', '')).toEqual({ kind: 'unavailable', reason: 'bubblewrap is for Linux' });
    const folder = temporaryFolder();
    expect(await probe('linux', folder)).toEqual({ kind: 'unavailable', reason: 'bubblewrap (bwrap) is not installed' });
    writeFileSync(join(folder, 'bwrap'), '#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2; exit 1\n');
    chmodSync(join(folder, 'bwrap'), 0o755);
    expect(await probe('linux', folder)).toEqual({ kind: 'unavailable', reason: 'bubblewrap does not work here (bwrap: setting up uid map: Permission denied)' });
  });
});

describe('folders of a PATH', () => {
  it('are installations with what lies beside their bin, but never the home or ~/.local', () => {
    const home = temporaryFolder();
    const bin = installation(join(home, 'tools'));
    for (const folder of ['bin', '.local/bin', '.local/lib', '.cargo/bin', 'node_modules/.bin', 'lib']) mkdirSync(join(home, folder), { recursive: true });
    const of = (...folders: readonly string[]): readonly string[] => foldersOfPath(folders.map((folder) => join(home, folder)).join(':'), home);
    expect(foldersOfPath(bin, home)).toEqual([join(home, 'tools')]);
    expect(of('bin')).toEqual([join(home, 'bin')]);
    expect(of('.local/bin', '.cargo/bin')).toEqual([join(home, '.local/bin'), join(home, '.cargo/bin')]);
    expect(of('node_modules/.bin')).toEqual([join(home, 'node_modules')]);
    expect(of('absent')).toEqual([]);
    expect(foldersOfPath('/usr/bin:relative::/usr/local/bin', home)).toEqual([]);
  });

  it('bring along what their links lead to, as those of a virtual environment', () => {
    const home = temporaryFolder();
    installation(join(home, 'python'));
    mkdirSync(join(home, 'venv', 'bin'), { recursive: true });
    writeFileSync(join(home, 'venv', 'pyvenv.cfg'), '');
    symlinkSync(join(home, 'python', 'bin', 'say'), join(home, 'venv', 'bin', 'say'));
    symlinkSync('/nowhere', join(home, 'venv', 'bin', 'broken'));
    expect(foldersOfPath(join(home, 'venv', 'bin'), home)).toEqual([join(home, 'venv'), join(home, 'python')]);
  });
});

const available = await probeSandbox();
const skipped = available.kind === 'works' ? '' : ` (skipped: ${available.reason})`;

describe.skipIf(skipped)(`a command in the sandbox${skipped}`, () => {
  it('sees neither the folder of the run nor any other process', async () => {
    const undeclared = join(process.cwd(), 'package.json');
    const result = await runTask(exec, run, { parameters: { run: `cat ${undeclared} || ls -d /proc/[0-9]* | wc -l`, sandbox: 'required' } });
    expect(result.log).toEqual([`cat: ${undeclared}: No such file or directory`, expect.stringMatching(/^[1-6]$/)]);
  });

  it('has a /tmp of its own', async () => {
    const file = join(temporaryFolder(), 'seen');
    await runTask(exec, run, { parameters: { run: `mkdir -p ${join(file, '..')}; echo 1 > ${file}; cat ${file}` } });
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  it('moves a file from scratch to its output by a rename, and unpacks what others own', async () => {
    const result = await runTask(exec, run, {
      parameters: { run: 'echo 1 > part; tar --owner=1234 --group=1234 -cf a.tar part; rm part; tar -xf a.tar; perl -e \'rename("part", $ENV{OUTPUT_WHOLE}) or die "$!"\'' },
      outputs: { whole: 'file' },
    });
    expect(readFileSync(result.output('whole'), 'utf8')).toBe('1\n');
  });

  it('finds the programs on PATH outside the system, with their libraries; and others as toolchains', async () => {
    const tools = join(temporaryFolder(), 'tools');
    const bin = installation(tools);
    const onPath = await runTask(exec, run, { parameters: { run: 'say' }, environment: { PATH: `${bin}:${process.env['PATH'] ?? ''}` } });
    expect(onPath.log).toEqual(['from the library']);
    const named = await runTask(exec, run, { parameters: { run: `${bin}/say`, toolchains: [tools] } });
    expect(named.log).toEqual(['from the library']);
    await expect(runTask(exec, run, { parameters: { run: `${bin}/say` } })).rejects.toMatchObject({ hint: expect.stringMatching(/say exists but is not declared.*toolchains/) as unknown });
    await expect(runTask(exec, run, { parameters: { run: 'true', toolchains: ['~/no-such-folder'] } })).rejects.toThrow('no-such-folder');
  });

  it('reads its inputs and cannot change them', async () => {
    const file = join(temporaryFolder(), 'in.txt');
    writeFileSync(file, 'mine\n');
    const attempt = runTask(exec, run, { parameters: { run: 'cat $INPUT_TEXT; echo more >> $INPUT_TEXT' }, inputs: { text: [file] } });
    await expect(attempt).rejects.toMatchObject({ hint: expect.stringContaining('may write only to its outputs') as unknown });
    expect(readFileSync(file, 'utf8')).toBe('mine\n');
  });
});
