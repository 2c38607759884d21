import { readFileSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '../action-record.js';
import type { Leases } from '../store.js';
import { createFile, replaceFile, type Writing } from './atomic-write.js';
import { hasCode, naming } from './errors.js';
import type { Lease } from './leases.js';
import { isProcessIdentity, livenessOf, thisProcess, type ProcessIdentity } from './process-identity.js';

export interface LeaseFileTimes {
  /** Between two signs of life of a holder. */
  readonly beatMs: number;
  /** A holder that we cannot look at is taken for dead when its beat has stood still for so long by our own clock. */
  readonly staleMs: number;
  readonly pollMs: number;
}

const TIMES: LeaseFileTimes = { beatMs: 5_000, staleMs: 30_000, pollMs: 50 };

interface LeaseFile {
  readonly holder: ProcessIdentity;
  /** Tells two leases of one process apart. */
  readonly id: string;
  readonly beat: number;
}

/**
 * Leases where there are no abstract sockets: a file that names its holder. A dead holder's file is replaced, never
 * removed and made again, and two processes that both replace it find out by reading it back.
 */
export class FileLeases implements Leases {
  readonly #writing: Writing;
  readonly #held = new Map<string, () => Promise<void>>();
  /** When each beat that we know of was first seen, in milliseconds of our monotonic clock. */
  readonly #beats = new Map<Digest, { readonly seen: string; readonly since: number }>();
  #closed = false;

  constructor(writing: Writing, private readonly times: LeaseFileTimes = TIMES) {
    this.#writing = { ...writing, durability: 'fast' };
  }

  acquire(fingerprint: Digest): Promise<Lease> {
    return naming(this.#writing.layout.root, async () => {
      const path = this.#writing.layout.lease(fingerprint);
      const mine: LeaseFile = { holder: thisProcess(), id: randomUUID(), beat: 0 };
      if (await createFile(this.#writing, path, JSON.stringify(mine)) === 'created') return this.#hold(path, mine);
      const other = readLease(path);
      if (other !== undefined && !this.#isStale(fingerprint, other)) return this.#busy(fingerprint, path, other);
      await replaceFile(this.#writing, path, JSON.stringify(mine));
      await sleep(this.times.pollMs);
      const winner = readLease(path);
      return winner === undefined || winner.id === mine.id ? this.#hold(path, mine) : this.#busy(fingerprint, path, winner);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const release of this.#held.values()) await release();
  }

  #hold(path: string, mine: LeaseFile): Lease {
    let beat = 0;
    const beating = setInterval(() => {
      // Somebody took us for dead (a suspended machine): the lease is theirs now.
      if (readLease(path)?.id !== mine.id) { clearInterval(beating); return; }
      beat += 1;
      replaceFile(this.#writing, path, JSON.stringify({ ...mine, beat })).catch(() => undefined);
    }, this.times.beatMs).unref();
    const release = async (): Promise<void> => {
      clearInterval(beating);
      if (!this.#held.delete(mine.id) || readLease(path)?.id !== mine.id) return;
      await unlink(path).catch(() => undefined);
    };
    this.#held.set(mine.id, release);
    return { kind: 'held', release };
  }

  #busy(fingerprint: Digest, path: string, other: LeaseFile): Lease {
    const { host, pid } = other.holder;
    const holder = host === thisProcess().host ? `pid ${pid}` : `pid ${pid} on ${host}`;
    return { kind: 'busy', holder, released: this.#released(fingerprint, path, other.id) };
  }

  async #released(fingerprint: Digest, path: string, id: string): Promise<void> {
    while (!this.#closed) {
      const now = readLease(path);
      if (now?.id !== id || this.#isStale(fingerprint, now)) return;
      await sleep(this.times.pollMs);
    }
  }

  #isStale(fingerprint: Digest, lease: LeaseFile): boolean {
    if (livenessOf(lease.holder) === 'dead') return true;
    const seen = `${lease.id} ${lease.beat}`;
    const known = this.#beats.get(fingerprint);
    if (known?.seen === seen) return performance.now() - known.since > this.times.staleMs;
    this.#beats.set(fingerprint, { seen, since: performance.now() });
    return false;
  }
}

function readLease(path: string): LeaseFile | undefined {
  try {
    const lease = JSON.parse(readFileSync(path, 'utf8')) as Partial<LeaseFile> | null;
    const usable = typeof lease?.id === 'string' && typeof lease.beat === 'number' && isProcessIdentity(lease.holder);
    return usable ? lease as LeaseFile : undefined;
  } catch (error) {
    // A power cut may leave an empty file: nobody's lease.
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT', 'EISDIR')) return undefined;
    throw error;
  }
}
