/** What a verb sees of the world around the process. */
export interface Shell {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly now: () => number;
}

/** Something the user can put right. Ends the process with exit code 2 and this message alone, never a stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(message: string, readonly hint?: string) {
    super(message);
  }
}
