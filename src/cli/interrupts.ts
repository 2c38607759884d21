export interface Interrupts {
  /** Aborted by the first Ctrl-C: running tasks finish, nothing new starts. */
  readonly drain: AbortSignal;
  /** Aborted by the second, and by a request to end the process: running tasks are cancelled. */
  readonly kill: AbortSignal;
  /** Signals have their usual effect again. */
  release(): void;
}

/** Turns the signals of this process into a drain and then a kill. Whoever interrupts a third time does not want to wait for anything. */
export function catchInterrupts(onImpatience: () => void): Interrupts {
  const drain = new AbortController();
  const kill = new AbortController();
  const onInterrupt = (): void => {
    if (kill.signal.aborted) onImpatience();
    else if (drain.signal.aborted) kill.abort();
    else drain.abort();
  };
  const onTermination = (): void => {
    drain.abort();
    kill.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTermination);
  process.on('SIGHUP', onTermination);
  return {
    drain: drain.signal,
    kill: kill.signal,
    release() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTermination);
      process.off('SIGHUP', onTermination);
    },
  };
}
