import { statSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '../action-record.js';
import type { Leases } from '../store.js';
import { hasCode } from './errors.js';

export type Lease = Awaited<ReturnType<Leases['acquire']>>;

/** The holder may be too busy to say who it is; its socket is held all the same. */
const GREETING_MS = 500;
const ACQUIRE_ATTEMPTS = 100;

/**
 * A lease is an abstract socket of Linux: bound by one process, seen by every process of its network namespace, freed
 * by the kernel when that process ends, however it ends. There is no file to be left behind. A process in another
 * container does not see it and at worst repeats the work.
 */
export class SocketLeases implements Leases {
  readonly #prefix: string;
  readonly #held = new Set<HeldSocket>();
  readonly #waiting = new Set<Socket>();

  constructor(directory: string) {
    const { dev, ino } = statSync(directory, { bigint: true });
    this.#prefix = `\0pipelines-${process.getuid?.() ?? 0}-${dev}.${ino}-`;
  }

  async acquire(fingerprint: Digest): Promise<Lease> {
    const name = this.#prefix + fingerprint.slice(0, 16);
    for (let attempt = 1; attempt <= ACQUIRE_ATTEMPTS; attempt += 1) {
      const held = await HeldSocket.bind(name);
      if (held !== undefined) {
        this.#held.add(held);
        return { kind: 'held', release: () => this.#release(held) };
      }
      const busy = await this.#await(name);
      if (busy !== undefined) return busy;
      // Gone between our two looks, or going: the kernel frees the name a moment after the connections.
      await sleep(1);
    }
    throw new Error(`the lease of ${fingerprint.slice(0, 12)} changes hands too fast`);
  }

  async close(): Promise<void> {
    for (const socket of this.#waiting) socket.destroy();
    await Promise.all([...this.#held].map((held) => this.#release(held)));
  }

  async #release(held: HeldSocket): Promise<void> {
    if (this.#held.delete(held)) await held.release();
  }

  /** Connects to the holder. The connection ends when it does. */
  async #await(name: string): Promise<Extract<Lease, { kind: 'busy' }> | undefined> {
    const socket = createConnection({ path: name });
    const released = new Promise<void>((resolve) => { socket.once('close', () => { resolve(); }); });
    // A reset is an end like any other; 'close' follows.
    socket.on('error', () => undefined);
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => { resolve(true); });
      socket.once('close', () => { resolve(false); });
    });
    if (!connected) return undefined;
    this.#waiting.add(socket);
    socket.once('close', () => this.#waiting.delete(socket));
    const holder = await greetingOf(socket);
    return holder === undefined ? undefined : { kind: 'busy', holder, released };
  }
}

/** A bound name. Whoever connects is told who holds it. */
class HeldSocket {
  readonly #visitors = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (visitor) => {
      this.#visitors.add(visitor.unref());
      visitor.on('error', () => undefined);
      visitor.once('close', () => this.#visitors.delete(visitor));
      visitor.resume().write(`pid ${process.pid}\n`);
    });
  }

  /** undefined when another process, or this one, has bound the name. */
  static async bind(name: string): Promise<HeldSocket | undefined> {
    const server = createServer();
    const held = new HeldSocket(server);
    return new Promise((resolve, reject) => {
      server.once('error', (error) => {
        if (hasCode(error, 'EADDRINUSE')) resolve(undefined);
        else reject(error);
      });
      // A lease never keeps a process alive.
      server.listen(name, () => { resolve(held); }).unref();
    });
  }

  release(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => { resolve(); });
      for (const visitor of this.#visitors) visitor.destroy();
    });
  }
}

/** undefined when the holder is gone before it could say anything. */
function greetingOf(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    const unknown = setTimeout(() => { resolve('another process'); }, GREETING_MS);
    socket.once('close', () => { clearTimeout(unknown); resolve(undefined); });
    socket.once('data', (data) => { clearTimeout(unknown); resolve(data.toString('utf8').trim()); });
  });
}

/** Whether this system has abstract sockets that this process may use. */
export async function supportsSocketLeases(directory: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const probe = new SocketLeases(directory);
  try {
    await probe.acquire(`probe-${process.pid}-${Date.now()}`);
    return true;
  } catch {
    return false;
  } finally {
    await probe.close();
  }
}
