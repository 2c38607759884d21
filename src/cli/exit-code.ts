/** What the process says when it ends; scripts rely on it (README, "Exit codes"). */
export const exitCode = {
  ok: 0,
  taskFailed: 1,
  /** A mistake in the pipeline file, the command line or the surroundings that the user can correct. */
  usage: 2,
  /** `--frozen`, `--max-time` or `apply` would not run what it would have had to. */
  refused: 3,
  cacheCorrupt: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
