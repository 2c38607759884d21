#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { version } from '../library/surroundings.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { addHousekeepingVerbs } from './grammar/housekeeping.js';
import { addKindVerbs } from './grammar/kinds.js';
import { addLookingVerbs } from './grammar/looking.js';
import { example, type Grammar } from './grammar/options.js';
import { addRunningVerbs } from './grammar/running.js';
import { addServingVerb } from './grammar/serving.js';
import { Refusal, type Shell } from './shell.js';

// Each verb's grammar is in its group's file under grammar/; its work is in the file of its name, loaded when it is asked for.

const shell: Shell = { directory: process.cwd(), environment: process.env, stdout: process.stdout, stderr: process.stderr, now: Date.now };

function program(finish: (code: ExitCode) => void): Command {
  const pipelines = new Command('pipelines')
    .description('Runs declarative pipelines of content-addressed tasks: what is cached is not computed again.')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('(the file comes before its options; "--help" shows how)')
    .exitOverride()
    .addHelpText('after', example('pipelines run babel-tower.yaml', 'replicates "The Rise and Down of Babel Tower"')
      + '\nExit codes: 0 ok, 1 a task failed, 2 a mistake in the file or on the command line, 3 refused (--frozen, --max-time, apply), 4 the cache is corrupt, 130 interrupted');

  const grammar: Grammar = { shell, finish };
  addRunningVerbs(pipelines, grammar);
  addLookingVerbs(pipelines, grammar);
  addServingVerb(pipelines, grammar);
  addKindVerbs(pipelines, grammar);
  addHousekeepingVerbs(pipelines, grammar);
  return pipelines;
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  if (error instanceof Refusal) {
    shell.stderr.write(`${error.message}\n${error.hint ? `hint: ${error.hint}\n` : ''}`);
    return exitCode.usage;
  }
  const trace = error instanceof Error ? error.stack ?? error.message : String(error);
  shell.stderr.write(`pipelines ran into a bug of its own:\n${trace}\n`);
  return exitCode.taskFailed;
}

// A reader that goes away (`| head`) is no reason to stop a run, and none to complain.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') throw error; });
}

try {
  await program((code) => { process.exitCode = code; }).parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
