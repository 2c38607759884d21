import type { Command } from 'commander';
import type { TaskVerbOptions } from '../task.js';
import { example, type Grammar } from './options.js';

/** Verbs about task kinds. */
export function addKindVerbs(pipelines: Command, { shell, finish }: Grammar): void {
  pipelines.command('schema')
    .description('Write the JSON Schema of pipeline files, for editors')
    .addHelpText('after', example('pipelines schema > pipeline.schema.json', 'then name it in the file: # yaml-language-server: $schema=pipeline.schema.json'))
    .action(async () => finish(await (await import('../schema.js')).schemaVerb(shell)));

  pipelines.command('tasks')
    .argument('[kind]', 'a task kind, as in uses: its name, or ./ and the file of one of yours')
    .description('List the task kinds, or describe one')
    .addHelpText('after', example('pipelines tasks train', 'the parameters, inputs and outputs of train'))
    .action(async (kind: string | undefined) => finish(await (await import('../tasks.js')).tasksVerb(kind, shell)));

  pipelines.command('task')
    .argument('<kind>', 'a task kind, as in uses: its name, or ./ and the file of one of yours')
    .description('Run one task by itself, without a pipeline and without the cache')
    .option('--input <name=path...>', 'an input: a file or a folder; give it again for a list')
    .option('--with <key=value...>', 'a parameter; the value is YAML')
    .option('--declare <name=file...>', 'an output of a kind that leaves them open, such as exec; a slash at the end means a folder')
    .requiredOption('--output <dir>', 'a folder for the outputs, new or empty')
    .addHelpText('after', example("pipelines task exec --with 'run=sort $INPUT_WORDS > $OUTPUT_SORTED' --input words=words.txt --declare sorted=sorted.txt --output out", 'one shell command'))
    .action(async (kind: string, options: TaskVerbOptions) => finish(await (await import('../task.js')).taskVerb(kind, options, shell)));
}
