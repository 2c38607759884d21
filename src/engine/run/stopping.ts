/** Whether and why a run starts nothing new. The first cause stays; running tasks go on until they are killed. */
export class Stopping {
  #because: 'interrupted' | 'stopped' | undefined;
  readonly #controller = new AbortController();
  readonly #onInterrupt: () => void;

  /** @param onDrain called once, at the first interruption */
  constructor(private readonly drain: AbortSignal, readonly kill: AbortSignal, onDrain: () => void) {
    let draining = false;
    this.#onInterrupt = () => {
      this.stop('interrupted');
      if (!draining) onDrain();
      draining = true;
    };
    for (const signal of [drain, kill]) {
      if (signal.aborted) this.#onInterrupt();
      else signal.addEventListener('abort', this.#onInterrupt, { once: true });
    }
  }

  get because(): 'interrupted' | 'stopped' | undefined {
    return this.#because;
  }

  /** Aborted when nothing new starts any more. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** `stopped`: at a failure. */
  stop(because: 'interrupted' | 'stopped'): void {
    this.#because ??= because;
    this.#controller.abort();
  }

  /** Resolves when the promise does, or when nothing new starts any more. */
  async unlessStopped(promise: Promise<unknown>): Promise<void> {
    if (this.signal.aborted) return;
    let onAbort: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => { onAbort = resolve; });
    this.signal.addEventListener('abort', onAbort, { once: true });
    await Promise.race([promise, stopped]);
    this.signal.removeEventListener('abort', onAbort);
  }

  close(): void {
    for (const signal of [this.drain, this.kill]) signal.removeEventListener('abort', this.#onInterrupt);
  }
}
