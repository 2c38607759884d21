import { TaskError } from '../../engine/task-kind.js';

/** What we need of execa's result, with `reject: false`. */
interface ToolResult {
  readonly failed: boolean;
  readonly exitCode?: number | undefined;
  readonly stderr?: unknown;
  readonly code?: string | undefined;
  readonly shortMessage?: string | undefined;
}

/** @throws {TaskError} when the tool is not installed (with `instead` as the hint) or fails (with the end of what it said) */
export async function runTool(tool: string, start: () => PromiseLike<ToolResult>, instead: string): Promise<void> {
  const result = await start();
  if (!result.failed) return;
  if (result.code === 'ENOENT') throw new TaskError(`${tool} is not installed here`, instead);
  const said = typeof result.stderr === 'string' ? result.stderr.trim().split('\n').slice(-5).join('\n') : '';
  throw new TaskError(`${result.shortMessage ?? `${tool} failed`}${said === '' ? '' : `\n${said}`}`, instead);
}
