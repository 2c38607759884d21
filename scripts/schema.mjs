// Writes schema/pipeline.schema.json from the compiled task kinds, for editors (`# yaml-language-server: $schema=…`),
// and schema/event.schema.json, for programs that read a run's events.
import { mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export async function writeSchema() {
  const { kinds } = await import(pathToFileURL('dist/tasks/registry.js').href);
  const { eventSchema } = await import(pathToFileURL('dist/engine/event-schema.js').href);
  const { pipelineSchema } = await import(pathToFileURL('dist/engine/load/schema.js').href);
  // The schema says nothing about code, so no digest is needed here.
  const registered = new Map(kinds.map((kind) => [kind.name, { kind, codeDigest: '' }]));
  mkdirSync('schema', { recursive: true });
  writeFileSync('schema/pipeline.schema.json', `${JSON.stringify(pipelineSchema(registered), null, 2)}\n`);
  writeFileSync('schema/event.schema.json', `${JSON.stringify(eventSchema, null, 2)}\n`);
}
