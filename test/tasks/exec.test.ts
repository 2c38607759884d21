import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exec } from '../../src/tasks/exec/kind.js';
import { linesOf } from '../../src/tasks/exec/lines.js';
import { run } from '../../src/tasks/exec/run.js';
import { TaskError } from '../../src/engine/task-kind.js';
import { prepareTask, removeRigs, runTask, temporaryFolder } from './task-rig.js';

afterAll(removeRigs);

describe('exec', () => {
  it('hands paths and values over in the environment and collects what was written', async () => {
    const file = join(temporaryFolder(), 'a.txt');
    writeFileSync(file, 'hello\n');
    const result = await runTask(exec, run, {
      parameters: { run: 'tr a-z A-Z < "$INPUT_RAW_TEXT" > "$OUTPUT_SHOUTED"; echo "$INPUT_LIMIT $INPUT_NAME" > "$OUTPUT_FOLDER/values"; pwd; echo "$HOME"' },
      inputs: { 'raw-text': [file] }, values: { limit: { tokens: 5 }, name: 'php' },
      outputs: { shouted: 'file', folder: 'tree' },
    });
    expect(readFileSync(result.output('shouted'), 'utf8')).toBe('HELLO\n');
    expect(readFileSync(join(result.output('folder'), 'values'), 'utf8')).toBe('{"tokens":5} php\n');
    expect(result.log).toEqual([result.context.scratch, result.context.scratch]);
  });

  it('gives a list as lines and as numbered variables', async () => {
    const result = await runTask(exec, run, {
      parameters: { run: 'echo "$INPUT_PARTS"; echo "$INPUT_PARTS_2"' }, inputs: { parts: ['/x/1', '/x/2'] },
    });
    expect(result.log).toEqual(['/x/1', '/x/2', '/x/2']);
  });

  it('hides every undeclared variable', async () => {
    process.env['SECRET_OF_THE_TEST'] = 'leaked';
    try {
      const result = await runTask(exec, run, { parameters: { run: 'echo "${SECRET_OF_THE_TEST-hidden} $DECLARED"' }, environment: { DECLARED: 'seen' } });
      expect(result.log).toEqual(['hidden seen']);
    } finally {
      delete process.env['SECRET_OF_THE_TEST'];
    }
  });

  it('fails with the command, the exit code and the last lines of both streams', async () => {
    const attempt = runTask(exec, run, { parameters: { run: 'echo one; echo two >&2; exit 3' } });
    await expect(attempt).rejects.toThrow(TaskError);
    await expect(attempt).rejects.toThrow(/exit code 3 \(expected 0\): echo one[\s\S]*one\n {2}two/);
  });

  it('stops at the first failing command, as a workflow step does', async () => {
    await expect(runTask(exec, run, { parameters: { run: 'false\necho reached' } })).rejects.toThrow('exit code 1');
  });

  it('accepts the exit codes that were expected', async () => {
    await runTask(exec, run, { parameters: { run: 'exit 3', expectedExitCodes: [0, 3] } });
  });

  it('names the output that is missing', async () => {
    await expect(runTask(exec, run, { parameters: { run: 'true' }, outputs: { report: 'file' } })).rejects.toThrow("did not write output 'report'");
  });

  it('refuses ports that would share a variable', async () => {
    await expect(runTask(exec, run, { parameters: { run: 'true' }, inputs: { 'a-b': ['/1'], a_b: ['/2'] } })).rejects.toThrow('share the variable INPUT_A_B');
  });

  it('says that a shell cannot be started', async () => {
    await expect(runTask(exec, run, { parameters: { run: 'true', shell: '/no/such/shell' } })).rejects.toThrow('could not start');
  });

  it('kills the children of the command when it is aborted', async () => {
    const marker = join(temporaryFolder(), 'survived');
    const abort = new AbortController();
    const task = prepareTask(exec, { parameters: { run: `(trap '' HUP; sleep 1; touch ${marker}) & echo started; wait` }, signal: abort.signal });
    const running = run({ ...task.context, log: (line) => { if (line === 'started') abort.abort(new Error('stop')); } });
    await expect(running).rejects.toThrow('stop');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(existsSync(marker)).toBe(false);
  });

  it('ends what the command left in the background, and does not wait for it', async () => {
    const before = Date.now();
    await runTask(exec, run, { parameters: { run: 'sleep 60 & echo done' } });
    expect(Date.now() - before).toBeLessThan(10_000);
  });
});

describe('lines of a stream', () => {
  async function split(chunks: readonly string[], maxLength?: number): Promise<string[]> {
    async function* stream(): AsyncGenerator<Uint8Array> { for (const chunk of chunks) yield Buffer.from(chunk, 'latin1'); }
    const lines: string[] = [];
    for await (const line of linesOf(stream(), maxLength)) lines.push(line);
    return lines;
  }

  it('ends a line at a line feed, at a carriage return and at the pair, also across chunks', async () => {
    expect(await split(['a\nb\r', '\nc\rd', '\n\ne'])).toEqual(['a', 'b', 'c', 'd', '', 'e']);
  });

  it('decodes characters that chunks cut apart', async () => {
    expect(await split(['\xc3', '\xa9\n'])).toEqual(['é']);
  });

  it('cuts a line that never ends', async () => {
    const lines = await split(Array.from({ length: 50 }, () => 'x'.repeat(100)), 1_000);
    expect(lines.length).toBe(5);
  });
});
