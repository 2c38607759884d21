import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellCommand, type LayeredDag } from '../dag.js';
import { findProgram, jobs, lastLayer, peerInputsOf, peerOutputOf, type Tool } from '../tool.js';

/** Snakemake: `SNAKEMAKE` or the one on PATH. */
export function snakemake(environment: NodeJS.ProcessEnv): Tool {
  const program = environment['SNAKEMAKE'] ?? 'snakemake';
  return {
    name: 'snakemake',
    does: 'compares times of files, and the code, inputs and parameters of jobs (its default); two rules with wildcards, not a rule a task, which it takes far longer over; keeps metadata of jobs, no results',
    find: () => findProgram([program, '--version'], 'SNAKEMAKE'),
    write: (dag, project) => {
      writeFileSync(join(project, 'inputs.json'), JSON.stringify(dag.tasks.map(peerInputsOf)));
      writeFileSync(join(project, 'Snakefile'), snakefile(dag));
    },
    environment: {},
    build: [program, '--cores', jobs, '--quiet', 'all'],
    preview: [program, '--cores', jobs, '--dry-run'],
    explain: (task) => [program, '--cores', jobs, '--dry-run', peerOutputOf(task)],
    outputOf: peerOutputOf,
  };
}

/** Braces are Snakemake's own, so the shell's are doubled. */
const shell = (reads: number): string =>
  JSON.stringify(`set -- {input}; o={output}; ${shellCommand(['$1', '$2', '$3'].slice(0, reads), '$o', '${o##*/}').replaceAll(/[{}]/g, '$&$&')}`);

function snakefile(dag: LayeredDag): string {
  const rule = (name: string, reads: number, constraint = ''): string => `
rule ${name}:
    input: lambda wildcards: inputs[int(wildcards.task)]
    output: "out/{task}"
${constraint}    shell: ${shell(reads)}
`;
  const firstLayer = dag.tasks.filter(({ readsSources }) => readsSources).map(({ index }) => String(index)).join('|');
  return `import json

with open("inputs.json") as file:
    inputs = json.load(file)

ruleorder: first > next

rule all:
    input: ${JSON.stringify(lastLayer(dag).map(peerOutputOf))}
${rule('first', 1, `    wildcard_constraints: task="${firstLayer}"\n`)}${rule('next', 3, '    wildcard_constraints: task="[0-9]+"\n')}`;
}
