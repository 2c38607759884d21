import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exec } from '../../../src/tasks/exec/kind.js';
import { run } from '../../../src/tasks/exec/run.js';
import { probeSandbox } from '../../../src/tasks/exec/sandbox.js';
import { TaskError } from '../../../src/engine/task-kind.js';
import { processesWith } from './processes.js';
import { prepareTask, removeRigs, runTask, temporaryFolder } from '../task-rig.js';

afterAll(removeRigs);

/** What the command said: where there is no sandbox, the log begins with that. */
const said = (log: readonly string[]): readonly string[] => log.filter((line) => !line.startsWith('not in a sandbox: '));

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
    expect(said(result.log)).toEqual([result.context.scratch, result.context.scratch]);
  });

  it('gives a list as lines and as numbered variables', async () => {
    const parts = ['1', '2'].map((name) => join(temporaryFolder(), name));
    parts.forEach((part) => { writeFileSync(part, ''); });
    const result = await runTask(exec, run, { parameters: { run: 'echo "$INPUT_PARTS"; ls "$INPUT_PARTS_2"' }, inputs: { parts } });
    expect(said(result.log)).toEqual([...parts, parts[1]]);
  });

  it('gives a list that is longer than a variable may be as a file only, and says so to a command that wants the variable', async () => {
    const folder = temporaryFolder();
    const parts = Array.from({ length: 2_500 }, (_, index) => join(folder, `${index}`.padStart(60, '0')));
    parts.forEach((part, index) => { writeFileSync(part, `${index}\n`); });
    const result = await runTask(exec, run, { parameters: { run: 'xargs cat < "$INPUT_PARTS_LIST" | tail -n 1; wc -l < "$INPUT_PARTS_LIST"' }, inputs: { parts } });
    expect(said(result.log)).toEqual(['2499', '2500']);
    await expect(runTask(exec, run, { parameters: { run: 'cat $INPUT_PARTS' }, inputs: { parts } })).rejects.toThrow('too many for $INPUT_PARTS');
  });

  it('hides every undeclared variable', async () => {
    process.env['SECRET_OF_THE_TEST'] = 'leaked';
    try {
      const result = await runTask(exec, run, { parameters: { run: 'echo "${SECRET_OF_THE_TEST-hidden} $DECLARED"' }, environment: { DECLARED: 'seen' } });
      expect(said(result.log)).toEqual(['hidden seen']);
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

  it.each(['auto', 'none'])('says that more was handed over than the system allows (sandbox: %s)', async (sandbox) => {
    const attempt = runTask(exec, run, { parameters: { run: 'true', sandbox }, values: { long: 'x'.repeat(3 * 2 ** 20) } });
    await expect(attempt).rejects.toThrow(/could not start: .*E2BIG/);
  });

  it.each(['auto', 'none'])('closes the input of the command, and keeps our own pipe from it (sandbox: %s)', async (sandbox) => {
    const result = await runTask(exec, run, { parameters: { run: 'wc -c; (true <&3) 2>/dev/null && echo open || echo closed', sandbox } });
    expect(said(result.log)).toEqual(['0', 'closed']);
  });

  it('is not sandboxed in silence where a sandbox was wanted', async () => {
    const probe = await probeSandbox();
    const result = await runTask(exec, run, { parameters: { run: 'true' } });
    expect(result.log).toEqual(probe.kind === 'works' ? [] : [`not in a sandbox: ${probe.reason}`]);
  });

  it('replaces what is not UTF-8', async () => {
    const result = await runTask(exec, run, { parameters: { run: String.raw`printf 'a\377b\303\n\303\251\n'` } });
    expect(said(result.log)).toEqual(['a\uFFFDb\uFFFD', 'é']);
  });

  it('calls a death by signal 128 + n, with and without sandbox, and says what it means', async () => {
    for (const sandbox of ['auto', 'none']) {
      await expect(runTask(exec, run, { parameters: { run: 'kill -KILL $$', sandbox } })).rejects.toThrow('exit code 137 (killed by SIGKILL, from outside; expected 0)');
      await expect(runTask(exec, run, { parameters: { run: 'kill -SEGV $$', sandbox } })).rejects.toThrow('exit code 139 (crashed with SIGSEGV; expected 0)');
      await runTask(exec, run, { parameters: { run: 'kill -TERM $$', sandbox, expectedExitCodes: [143] } });
      await expect(runTask(exec, run, { parameters: { run: 'no-such-program', sandbox } })).rejects.toThrow('exit code 127 (command not found; expected 0)');
    }
  });

  it('lets `retry` have only the exit codes that are worth it, all by default', async () => {
    const final = async (run_: string, retryExitCodes: number[]): Promise<unknown> =>
      runTask(exec, run, { parameters: { run: run_, retryExitCodes } }).catch((error: unknown) => (error as TaskError).final);
    expect(await final('exit 75', [])).toBe(false);
    expect(await final('exit 75', [75, 137])).toBe(false);
    expect(await final('kill -KILL $$', [75, 137])).toBe(false);
    expect(await final('exit 1', [75, 137])).toBe(true);
  });

  it('masks secrets in the log and in the failure', async () => {
    const task = prepareTask(exec, {
      parameters: { run: 'echo "token $TOKEN"; printf %s "$TOKEN" | base64; echo "$TOKEN" >&2; exit 3', secrets: ['TOKEN'] }, environment: { TOKEN: 'hunter2-and-more' },
    });
    const error = await run(task.context).catch((thrown: unknown) => thrown);
    expect(said(task.log)).toEqual(['token ***', expect.stringMatching(/^\*\*\*/), '***']);
    expect((error as TaskError).message).toContain('token ***');
    expect((error as TaskError).message).not.toContain('hunter2');
  });

  it('does not begin without a secret', async () => {
    await expect(runTask(exec, run, { parameters: { run: 'true', secrets: ['TOKEN'] } })).rejects.toThrow('the secret TOKEN is not set');
  });

  it.each(['auto', 'none'])('lets an aborted command tidy up, then kills all that it started (sandbox: %s)', async (sandbox) => {
    const abort = new AbortController();
    const mark = `86${Math.floor(Math.random() * 1e6)}`;
    const command = `trap 'echo tidied; exit 0' TERM; (trap '' TERM HUP; sleep ${mark}) & echo started; while true; do sleep 0.05; done`;
    const task = prepareTask(exec, { parameters: { run: command, sandbox }, signal: abort.signal });
    const running = run({ ...task.context, log: (line) => { task.context.log(line); if (line === 'started') abort.abort(new Error('stop')); } });
    await expect(running).rejects.toThrow('stop');
    expect(task.log).toContain('tidied');
    await expect.poll(() => processesWith(mark)).toEqual([]);
  });

  it.each(['auto', 'none'])('ends what the command left in the background, and does not wait for it (sandbox: %s)', async (sandbox) => {
    const mark = `86${Math.floor(Math.random() * 1e6)}`;
    await runTask(exec, run, { parameters: { run: `sleep ${mark} & echo done`, sandbox } });
    await expect.poll(() => processesWith(mark)).toEqual([]);
  });

  it('cuts a line without end, and keeps its memory', async () => {
    const before = process.memoryUsage().rss;
    const result = await runTask(exec, run, { parameters: { run: 'head -c 100000000 /dev/zero | tr "\\0" x; echo; echo after' } });
    expect(said(result.log)).toEqual([`${'x'.repeat(8_192)} ... (99991808 more characters)`, 'after']);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  it('keeps the beginning and the end of a log without end', async () => {
    const result = await runTask(exec, run, { parameters: { run: 'yes | head -n 250000; echo last' } });
    expect(said(result.log).length).toBe(100_000 + 1 + 20);
    expect(said(result.log)[100_000]).toContain('250001 lines in all');
    expect(result.log.at(-1)).toBe('last');
  });
});
