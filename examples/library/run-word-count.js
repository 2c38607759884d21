// Loads, plans and runs ../word-count from a program, and reads a result.
// node run-word-count.js [cache folder] [artifacts folder]
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadPipeline, outputOf, plan, renderDiagnostics, run } from 'pipelines';

const [cache = 'cache', artifacts = 'artifacts'] = process.argv.slice(2);
const file = fileURLToPath(new URL('../word-count/word-count.yaml', import.meta.url));

const loaded = await loadPipeline(file, { params: { shortest: 3 }, cache });
if (loaded.kind === 'invalid') throw new Error(renderDiagnostics(loaded.diagnostics, loaded.text, { color: false }));

const planned = await plan(loaded, { cache });
if (planned.kind === 'invalid') throw new Error(renderDiagnostics(planned.diagnostics, planned.text, { color: false }));
if (planned.kind === 'unusable-cache') throw new Error(planned.message);

try {
  for (const [index, step] of planned.plan.steps.entries()) console.log(`${loaded.pipeline.tasks[index].id}: ${step.kind}`);
  const result = await run(planned, {
    artifacts,
    onEvent(event) {
      if (event.kind === 'task-finished') console.log(`${event.task} took ${event.ms} ms`);
    },
  });
  console.log(`${result.outcome}: ${result.executed} executed, ${result.cached} cached`);
  for (const { task, failure } of result.failures) console.error(`${task}: ${failure.message}`);
  const table = await outputOf(planned, result, 'compare', 'table');
  if (table !== undefined) console.log((await readFile(table, 'utf8')).trimEnd());
  process.exitCode = result.outcome === 'succeeded' ? 0 : 1;
} finally {
  await planned.close();
}
