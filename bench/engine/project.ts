import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { valuesOf, type LayeredDag } from './dag.js';
import { timed, type Timing } from './timed-process.js';
import { sourceOf, writtenAt, type CommandLine, type Tool } from './tool.js';

/** A DAG as one tool builds it, in a fresh folder. */
export class Project {
  readonly directory: string;
  readonly #sources: number[];

  /** @param parent the folder to make it in */
  constructor(readonly tool: Tool, readonly dag: LayeredDag, parent: string) {
    this.directory = mkdtempSync(join(parent, `${tool.name}-`));
    this.#sources = Array.from({ length: dag.width }, (_, source) => source);
    mkdirSync(join(this.directory, 'sources'));
    for (const source of this.#sources.keys()) this.#writeSource(source);
    tool.write(dag, this.directory);
  }

  run(command: CommandLine, limitMs: number): Promise<Timing> {
    return timed(command, { directory: this.directory, environment: this.tool.environment, limitMs });
  }

  build(limitMs: number): Promise<Timing> {
    return this.run(this.tool.build, limitMs);
  }

  /** A build that also counts what it executed, outside the time that it takes. */
  async countedBuild(limitMs: number): Promise<{ readonly timing: Timing; readonly executed: number }> {
    const before = this.tool.executed ? [] : writtenAt(this.tool, this.dag, this.directory);
    const timing = await this.build(limitMs);
    if (timing.kind === 'failed') return { timing, executed: 0 };
    const executed = this.tool.executed?.(this.directory)
      ?? writtenAt(this.tool, this.dag, this.directory).filter((written, task) => written !== before[task]).length;
    return { timing, executed };
  }

  changeSource(source: number): void {
    this.#sources[source] = (this.#sources[source] ?? 0) + 1_000;
    this.#writeSource(source);
  }

  /** The first task that wrote something else than it must; null when all is right. */
  wrongOutput(): string | null {
    for (const [task, value] of valuesOf(this.dag, this.#sources).entries()) {
      const path = this.tool.outputOf(task);
      const found = this.#read(path);
      if (found !== `${String(value)}\n`) return `${path} holds ${found === null ? 'nothing' : found.trim()} instead of ${String(value)}`;
    }
    return null;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  #read(path: string): string | null {
    try {
      return readFileSync(join(this.directory, path), 'utf8');
    } catch {
      return null;
    }
  }

  #writeSource(source: number): void {
    writeFileSync(join(this.directory, sourceOf(source)), `${String(this.#sources[source])}\n`);
  }
}
