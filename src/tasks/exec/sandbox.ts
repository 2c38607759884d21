import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { execa } from 'execa';
import { isWithin, systemFoldersHere, type SystemFolder } from './shown-folders.js';

/** Whether bubblewrap works here, found out by running it: containers and Ubuntu's AppArmor forbid user namespaces. */
export type SandboxProbe =
  | { readonly kind: 'works'; readonly program: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** What one command may see and change. Absolute paths. */
export interface SandboxView {
  /** Where the command starts. */
  readonly directory: string;
  /** Folders that it may change. */
  readonly writable: readonly string[];
  /** Folders of programs besides the system's. */
  readonly toolchains: readonly string[];
  readonly inputs: readonly string[];
  /** Folders of the user's that are empty but for the above, wherever they lie. */
  readonly hidden: readonly string[];
  readonly network: boolean;
  /** Our own user, to give up root's claim to power: undefined where there are none (Windows). */
  readonly uid: number | undefined;
}

/** Beyond this many the folders around them are shown (the cache has 256 of them): bubblewrap takes 9,000 arguments. */
const mostInputs = 1_000;
/** `nobody`, on every Linux. */
const nobody = '65534';

/**
 * The command line of bubblewrap, up to and without the command.
 *
 * The network is off unless asked for, as in Nix: what a download brings is in no fingerprint, so it would be an undeclared
 * read like any other. (Bazel began so, and since 2016 leaves it on, for a slow kernel of then and for old rules' sake.)
 */
export function bubblewrapArguments(view: SandboxView, system: readonly SystemFolder[] = systemFoldersHere()): string[] {
  const hidden = hideable(view.hidden, system);
  return [
    '--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', ...(view.network ? [] : ['--unshare-net']),
    '--die-with-parent', '--new-session',
    // Root without its powers fails where others succeed: tar tries to hand out files, and may not. As in Nix's sandbox.
    ...(view.uid === 0 ? ['--uid', nobody, '--gid', nobody] : []),
    ...system.flatMap(({ path, link }) => (link === undefined ? ['--ro-bind', path, path] : ['--symlink', link, path])),
    ...(view.network ? nameServerSettings() : []),
    '--proc', '/proc', '--dev', '/dev', ...accelerators(), '--tmpfs', '/tmp',
    ...hidden.flatMap((path) => ['--tmpfs', path]),
    ...readable(view).flatMap((path) => ['--ro-bind', path, path]),
    ...view.writable.flatMap((path) => ['--bind', path, path]),
    // The folders that lead to the above are our own making; a file written there would be lost in silence.
    ...[...hidden, '/'].flatMap((path) => ['--remount-ro', path]),
    '--chdir', view.directory,
  ];
}

/** Whether the sandbox shows a path of the host. */
export function shows(view: SandboxView, path: string, system: readonly SystemFolder[] = systemFoldersHere()): boolean {
  const shown = [...system.map((folder) => folder.path), ...readable(view), ...view.writable, '/proc', '/dev'];
  const deepest = (folders: readonly string[]): number => Math.max(0, ...folders.filter((folder) => isWithin(path, folder)).map((folder) => folder.length));
  return deepest(shown) > deepest(hideable(view.hidden, system));
}

/** Outer folders first: an inner one would be hidden with them. What the system or the private /tmp lies in must stay. */
function hideable(folders: readonly string[], system: readonly SystemFolder[]): string[] {
  const kept = ['/tmp', '/proc', '/dev', ...system.map(({ path }) => path)];
  return [...new Set(folders)].filter((folder) => !kept.some((path) => isWithin(path, folder))).sort((a, b) => a.length - b.length);
}

function readable({ toolchains, inputs }: SandboxView): readonly string[] {
  return [...toolchains, ...(inputs.length > mostInputs ? new Set(inputs.map((path) => dirname(path))) : inputs)];
}

/** Graphics cards: their drivers' devices are not among the few that a private /dev has. */
function accelerators(): string[] {
  return readdirSync('/dev').filter((name) => /^(nvidia|dri$|kfd$)/.test(name)).flatMap((name) => ['--dev-bind', `/dev/${name}`, `/dev/${name}`]);
}

/** /etc/resolv.conf is often a link into /run. */
function nameServerSettings(): string[] {
  if (!existsSync('/etc/resolv.conf')) return [];
  const path = realpathSync('/etc/resolv.conf');
  return path.startsWith('/etc/') ? [] : ['--ro-bind', path, path];
}

let probed: Promise<SandboxProbe> | undefined;

/** Once a process (or worker thread): it costs as much as a task. */
export function probeSandbox(): Promise<SandboxProbe> {
  return probed ??= probe(process.platform, process.env['PATH'] ?? '');
}

/** Runs a shell that does nothing, in a sandbox as tight as any. */
export async function probe(platform: NodeJS.Platform, path: string): Promise<SandboxProbe> {
  if (platform !== 'linux') return { kind: 'unavailable', reason: 'bubblewrap is for Linux' };
  const program = programOnPath('bwrap', path);
  if (program === undefined) return { kind: 'unavailable', reason: 'bubblewrap (bwrap) is not installed' };
  const view = { directory: '/tmp', writable: [], toolchains: [], inputs: [], hidden: [], network: false, uid: process.getuid?.() };
  const result = await execa(program, [...bubblewrapArguments(view), '--', '/bin/sh', '-c', ':'], { stdin: 'ignore', reject: false, timeout: 10_000 });
  if (!result.failed) return { kind: 'works', program };
  return { kind: 'unavailable', reason: `bubblewrap does not work here (${result.stderr.trim().split('\n')[0] || result.shortMessage})` };
}

/** As a shell would find it. Relative entries of PATH are not for us: a command starts in an empty folder. */
export function programOnPath(name: string, path: string): string | undefined {
  const candidates = name.includes('/') ? [name] : path.split(delimiter).filter(isAbsolute).map((folder) => join(folder, name));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
