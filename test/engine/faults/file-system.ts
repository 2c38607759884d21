import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, sep } from 'node:path';

/** What a process that was killed would never have come to see. */
export class Killed extends Error {
  override readonly name = 'Killed';
  constructor(call: string) {
    super(`killed at ${call}`);
  }
}

export type Fault =
  /** As `kill -9` at the k-th call: it has no effect (`torn`: a write puts down half its bytes), nor has any call after it. */
  | { readonly kind: 'kill'; readonly at: number; readonly torn?: boolean }
  /** As `kill`, and what was not flushed is torn, and names that were given since are lost now and then. */
  | { readonly kind: 'power-cut'; readonly at: number; random(): number }
  /** From the k-th call on, those that need space fail with ENOSPC, those that change anything with EIO or EROFS. */
  | { readonly kind: 'failing'; readonly from: number; readonly code: 'ENOSPC' | 'EIO' | 'EROFS' }
  /** From the k-th call on, these calls are refused: no hard links on FAT and some network file systems, no second name that differs in case. */
  | { readonly kind: 'refusing'; readonly from: number; readonly calls: readonly ('link' | 'rename')[]; readonly code: 'EPERM' | 'EEXIST' };

/** As it was before anything was put before it. */
const real = { ...fs };

type AnyFunction = (...args: unknown[]) => unknown;
type AnyObject = Record<string, AnyFunction>;

/** Calls that change a file system, and which of their arguments are the paths that change. */
const PATHS: Readonly<Record<string, readonly number[]>> = {
  writeFile: [0], appendFile: [0], mkdir: [0], mkdtemp: [0], unlink: [0], rm: [0], rmdir: [0], chmod: [0], truncate: [0], utimes: [0],
  rename: [0, 1], link: [1], copyFile: [1], symlink: [1],
};
const WRITES = new Set(['writeFile', 'appendFile', 'copyFile', 'write', 'writev']);
/** Only taken account of: a test has no power cuts but our own, and real ones take their time. */
const FLUSHES = new Set(['fsync', 'fdatasync', 'sync', 'datasync']);
const FREES = new Set(['unlink', 'rm', 'rmdir', 'chmod', 'truncate', 'utimes', 'sync']);
const ON_DESCRIPTORS = ['write', 'writev', 'ftruncate', 'fsync', 'fdatasync'] as const;
const ON_HANDLES = ['write', 'writev', 'writeFile', 'appendFile', 'truncate', 'sync', 'datasync', 'chmod', 'utimes'] as const;

/**
 * The file system below one folder, with faults. It stands before node:fs in this process, whoever calls it (code under
 * test, its dependencies, tasks) and however (synchronous, promises, callbacks, file handles); other folders are as ever.
 * Import it before anything that may take a function of node:fs for itself.
 */
class FaultyFileSystem {
  /** Calls below the folder since `arm` that would have changed something. */
  calls = 0;
  /** Whether the fault has struck. */
  struck = false;
  #folder = '';
  #aside = false;
  #fault: Fault | undefined;
  readonly #descriptors = new Map<number, string>();
  readonly #running = new Set<Promise<unknown>>();
  /** Inodes with content that was not flushed; how many bytes of each were; names that were given. All since `arm`. */
  readonly #unflushed = new Set<number>();
  readonly #flushed = new Map<number, number>();
  readonly #named = new Set<string>();

  install(): this {
    for (const name of Object.keys(PATHS)) this.#wrapThreeWays(name, (args) => pathsIn(PATHS[name] ?? [], args));
    for (const name of ON_DESCRIPTORS) {
      this.#wrapThreeWays(name, ([descriptor]) => [this.#descriptors.get(descriptor as number) ?? '']);
    }
    this.#wrapOpening();
    syncBuiltinESMExports();
    return this;
  }

  /** From now on, below this folder. */
  arm(folder: string, fault: Fault): void {
    this.#folder = folder;
    this.#fault = fault;
    this.calls = 0;
    this.struck = false;
    this.#unflushed.clear();
    this.#flushed.clear();
    this.#named.clear();
  }

  /** Ends the fault, once every call that was under way has ended. */
  async disarm(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault?.kind === 'power-cut' && this.struck) this.#loseUnflushed(fault.random);
    this.#folder = '';
  }

  /** What a test does itself, as if nothing were wrong. */
  aside<T>(work: () => T): T {
    this.#aside = true;
    try {
      return work();
    } finally {
      this.#aside = false;
    }
  }

  /** Throws when this call is to fail. True: it is a write, of which half is to be done before the end. */
  #enter(name: string, paths: readonly string[]): 'whole' | 'torn' {
    const call = name.replace(/Sync$/, '');
    const fault = this.#fault;
    if (fault === undefined) return 'whole';
    const ends = fault.kind === 'kill' || fault.kind === 'power-cut';
    if (ends && this.struck) throw new Killed(call);
    this.calls += 1;
    if (this.calls < ('at' in fault ? fault.at : fault.from)) return 'whole';
    if (ends) {
      this.struck = true;
      if (fault.kind === 'kill' && fault.torn === true && WRITES.has(call)) return 'torn';
      throw new Killed(`${call} ${paths.join(' ')}`);
    }
    const code = errorOf(fault, call);
    if (code === undefined) return 'whole';
    this.struck = true;
    throw Object.assign(new Error(`${code}: injected, ${call} '${paths.join("' -> '")}'`), { code, syscall: call, path: paths[0] });
  }

  /** Keeps account of what a power cut would lose. */
  #leave(name: string, paths: readonly string[]): void {
    if (this.#fault?.kind !== 'power-cut') return;
    const call = name.replace(/Sync$/, '');
    const path = paths.at(-1) ?? '';
    if (call === 'rename' || call === 'link') this.#named.add(path);
    const stats = real.statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (call === 'writeFile' || call === 'copyFile') this.#flushed.delete(stats.ino);
    if (WRITES.has(call)) this.#unflushed.add(stats.ino);
    if (!FLUSHES.has(call)) return;
    this.#unflushed.delete(stats.ino);
    this.#flushed.set(stats.ino, stats.size);
  }

  #loseUnflushed(random: () => number): void {
    for (const path of filesBelow(this.#folder)) {
      const { ino, size, mode } = real.statSync(path);
      if (!this.#unflushed.delete(ino)) continue;
      real.chmodSync(path, 0o600);
      const flushed = Math.min(size, this.#flushed.get(ino) ?? 0);
      real.truncateSync(path, flushed + Math.floor(random() * (size - flushed)));
      real.chmodSync(path, mode);
    }
    for (const path of this.#named) if (random() < 0.1) real.rmSync(path, { recursive: true, force: true });
  }

  #concerns(paths: readonly string[]): boolean {
    return this.#folder !== '' && !this.#aside && paths.some((path) => path === this.#folder || path.startsWith(this.#folder + sep));
  }

  #wrapThreeWays(name: string, pathsOf: (args: unknown[]) => readonly string[]): void {
    this.#replace(fs, `${name}Sync`, (original) => (...args) => {
      const paths = pathsOf(args);
      if (!this.#concerns(paths)) return original(...args);
      if (this.#enter(name, paths) === 'torn') return tear(name, args);
      const result = FLUSHES.has(name) ? undefined : original(...args);
      this.#leave(name, paths);
      return result;
    });
    this.#replace(fs.promises, name, (original) => (...args) => {
      const paths = pathsOf(args);
      return this.#concerns(paths) ? this.#promised(name, paths, () => original(...args), () => tear(name, args)) : original(...args);
    });
    this.#replace(fs, name, (original) => (...args) => {
      const paths = pathsOf(args);
      const done = args.at(-1) as AnyFunction;
      if (!this.#concerns(paths)) return original(...args);
      try {
        if (this.#enter(name, paths) === 'torn') tear(name, args);
      } catch (error) {
        queueMicrotask(() => done(error));
        return undefined;
      }
      return original(...args.slice(0, -1), (error: unknown, ...results: unknown[]) => {
        if (error === null) this.#leave(name, paths);
        done(error, ...results);
      });
    });
  }

  #promised(name: string, paths: readonly string[], whole: () => unknown, half: () => unknown): Promise<unknown> {
    const work = async (): Promise<unknown> => {
      if (this.#enter(name, paths) === 'torn') return half();
      const result = FLUSHES.has(name) ? undefined : await whole();
      this.#leave(name, paths);
      return result;
    };
    const running = work();
    const settled: Promise<unknown> = running.catch(() => undefined).finally(() => this.#running.delete(settled));
    this.#running.add(settled);
    return running;
  }

  /** Opening for writing changes something; what is written later is told by descriptor or handle. */
  #wrapOpening(): void {
    const enter = (args: unknown[]): string | undefined => {
      const paths = pathsIn([0], args);
      if (!this.#concerns(paths)) return undefined;
      if (writes(args[1])) this.#enter('open', paths);
      return paths[0];
    };
    this.#replace(fs, 'openSync', (original) => (...args) => {
      const path = enter(args);
      const descriptor = original(...args) as number;
      if (path === undefined) this.#descriptors.delete(descriptor);
      else this.#descriptors.set(descriptor, path);
      return descriptor;
    });
    this.#replace(fs, 'open', (original) => (...args) => {
      const done = args.at(-1) as AnyFunction;
      let path: string | undefined;
      try {
        path = enter(args);
      } catch (error) {
        queueMicrotask(() => done(error));
        return undefined;
      }
      return original(...args.slice(0, -1), (error: unknown, descriptor: number) => {
        if (path === undefined) this.#descriptors.delete(descriptor);
        else if (error === null) this.#descriptors.set(descriptor, path);
        done(error, descriptor);
      });
    });
    this.#replace(fs.promises, 'open', (original) => async (...args) => {
      const path = enter(args);
      const handle = await original(...args) as AnyObject;
      if (path === undefined) return handle;
      for (const name of ON_HANDLES) {
        const method = handle[name]?.bind(handle) as AnyFunction;
        handle[name] = (...rest) => this.#promised(name, [path], () => method(...rest), () => tear('appendFile', [path, ...rest]));
      }
      return handle;
    });
  }

  #replace(owner: object, name: string, wrap: (original: AnyFunction) => AnyFunction): void {
    const original = (owner as AnyObject)[name];
    if (original === undefined) return;
    // With what `promisify` goes by.
    const symbols = Object.fromEntries(Object.getOwnPropertySymbols(original).map((symbol) => [symbol, Object.getOwnPropertyDescriptor(original, symbol) ?? {}]));
    (owner as AnyObject)[name] = Object.defineProperties(wrap(original.bind(owner)), symbols) as AnyFunction;
  }
}

export type { FaultyFileSystem };
/** Of this process, and there from now on. */
export const disk = new FaultyFileSystem().install();

/** Half the bytes, then the end. */
function tear(name: string, args: readonly unknown[]): never {
  const [target, content] = args;
  if (name === 'copyFile') {
    const whole = real.readFileSync(target as string);
    real.writeFileSync(content as string, whole.subarray(0, whole.length / 2));
  } else if (typeof content === 'string' || content instanceof Uint8Array) {
    const half = content.slice(0, content.length / 2);
    if (name === 'write') real.writeSync(target as number, half as string);
    else if (name === 'appendFile') real.appendFileSync(target as string, half);
    else real.writeFileSync(target as string, half, args[2] as fs.WriteFileOptions);
  }
  throw new Killed(`half of ${name}`);
}

function errorOf(fault: Extract<Fault, { code: string }>, call: string): string | undefined {
  if (fault.kind === 'refusing') return (fault.calls as readonly string[]).includes(call) ? fault.code : undefined;
  return fault.code === 'ENOSPC' && FREES.has(call) ? undefined : fault.code;
}

function pathsIn(places: readonly number[], args: readonly unknown[]): string[] {
  return places.map((place) => String(args[place]));
}

function writes(flags: unknown): boolean {
  return typeof flags === 'string' ? /[wa+]/.test(flags) : typeof flags === 'number' && (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0;
}

function filesBelow(folder: string): string[] {
  return real.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
