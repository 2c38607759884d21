import { accessSync, constants, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { size } from '../../reporters/format.js';
import type { Finding, Probe } from './finding.js';

const LITTLE_MEMORY_BYTES = 2 * 2 ** 30;

export const probeMachine: Probe = () => Promise.resolve([nodeFinding(), coresFinding(), memoryFinding(), shellFinding()]);

/** The oldest Node that package.json allows. */
function oldestNode(): readonly [number, number] {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { readonly engines: { readonly node: string } };
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(manifest.engines.node) ?? [];
  return [Number(major), Number(minor)];
}

function nodeFinding(): Finding {
  const [oldestMajor, oldestMinor] = oldestNode();
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const finding = { area: 'machine', name: 'Node', found: `${process.versions.node} on ${platform()} ${release()} ${arch()}` } as const;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return { ...finding, state: 'ok' };
  return { ...finding, state: 'problem', reason: `${oldestMajor}.${oldestMinor} or newer is needed`, remedy: `npx n ${oldestMajor}, or a newer Node from your system's packages` };
}

function coresFinding(): Finding {
  const usable = availableParallelism();
  const present = cpus().length;
  return { area: 'machine', name: 'cores', state: 'ok', found: usable === present ? String(usable) : `${usable} of ${present}` };
}

function memoryFinding(): Finding {
  const limit = process.constrainedMemory();
  const limited = limit > 0 && limit < totalmem();
  const usable = limited ? limit : totalmem();
  const found = limited ? `${size(usable)}, the limit of this container (the machine has ${size(totalmem())})` : size(usable);
  const finding = { area: 'machine', name: 'memory', found } as const;
  if (usable >= LITTLE_MEMORY_BYTES) return { ...finding, state: 'ok' };
  return { ...finding, state: 'warning', reason: 'the default pipeline wants 2 GiB', remedy: limited ? 'raise the memory limit of the container' : 'run fewer tasks at once: --jobs 1' };
}

function shellFinding(): Finding {
  try {
    accessSync('/bin/sh', constants.X_OK);
    return { area: 'machine', name: 'shell', state: 'ok', found: '/bin/sh' };
  } catch {
    return { area: 'machine', name: 'shell', state: 'warning', found: null, reason: 'there is no /bin/sh, the shell of exec tasks', remedy: 'name another one in their "with: { shell: ... }"' };
  }
}
