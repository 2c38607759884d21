import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/engine/json.js';
import { lineageOf } from '../../../src/engine/provenance/lineage.js';
import { RecordIndex } from '../../../src/engine/provenance/record-index.js';
import { roCrate, type RoCrateOptions } from '../../../src/engine/provenance/ro-crate.js';
import { userFiles } from '../../../src/engine/provenance/user-files.js';
import { makeRig, pipelineOf } from '../run/rig.js';

interface Entity extends JsonObject {
  '@id': string;
  '@type': string;
}

async function crate(over: Partial<RoCrateOptions> = {}): Promise<{ readonly document: JsonObject; readonly graph: readonly Entity[]; entity(id: string): Entity }> {
  const rig = await makeRig();
  const path = join(rig.folder, 'words 100%.txt');
  writeFileSync(path, 'hello');
  await rig.run(pipelineOf([{ id: 'a', from: [path], with: { text: 'x', list: [1, 2] } }, { id: 'b', uses: 'tree', from: ['a'] }, { id: 'c', from: ['a'], with: { text: 'end' } }]));
  const index = await RecordIndex.of(rig.cache.actions);
  const root = (await rig.cache.actions.latest('rig', 'c'))?.outputs['text']?.digest ?? '';
  const lineage = lineageOf(root, index);
  const leaves = [...lineage.artifacts.values()].filter(({ producer }) => !producer).map(({ digest }) => digest);
  const document = roCrate(lineage, {
    userFiles: await userFiles(leaves, rig.cache), now: '2026-05-03T10:00:00.000Z', locationOf: (digest, type) => `some cache/${type}/${digest}`, ...over,
  });
  const graph = document['@graph'] as unknown as readonly Entity[];
  return { document, graph, entity: (id) => graph.find((entity) => entity['@id'] === id) ?? { '@id': '', '@type': 'none' } };
}

/** Every `@id` that an entity's properties name. */
function references(value: Json): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(references);
  const { '@id': id } = value;
  return typeof id === 'string' ? [id] : [];
}

describe('RO-Crate metadata', () => {
  it('has the descriptor and the root dataset that RO-Crate 1.1 demands', async () => {
    const { document, entity } = await crate();
    expect(document['@context']).toEqual(['https://w3id.org/ro/crate/1.1/context', 'https://w3id.org/ro/terms/workflow-run/context']);
    expect(entity('ro-crate-metadata.json')).toEqual({
      '@id': 'ro-crate-metadata.json', '@type': 'CreativeWork', conformsTo: { '@id': 'https://w3id.org/ro/crate/1.1' }, about: { '@id': './' },
    });
    const root = entity('./');
    expect(root['@type']).toBe('Dataset');
    for (const property of ['name', 'description', 'license']) expect(root[property]).toEqual(expect.stringMatching(/\S/));
    expect(new Date(root['datePublished'] as string).toISOString()).toBe(root['datePublished']);
    expect(entity('https://w3id.org/ro/wfrun/process/0.5')).toMatchObject({ '@type': 'CreativeWork', name: 'Process Run Crate' });
    expect(root['conformsTo']).toEqual({ '@id': 'https://w3id.org/ro/wfrun/process/0.5' });
  });

  it('is a flat graph: each entity once, and every reference leads to one', async () => {
    const { graph } = await crate();
    const ids = graph.map((entity) => entity['@id']);
    expect(new Set(ids).size).toBe(ids.length);
    // The specification itself is no part of the crate.
    ids.push('https://w3id.org/ro/crate/1.1');
    for (const { '@id': id, '@type': type, ...properties } of graph) {
      expect(id).toMatch(/^\S+$/);
      expect(type).toMatch(/^\w+$/);
      for (const value of Object.values(properties)) {
        for (const reference of references(value)) expect(ids).toContain(reference);
        // Objects hold a reference and nothing else; lists hold references or scalars.
        for (const item of Array.isArray(value) ? value : [value]) if (typeof item === 'object' && item !== null) expect(Object.keys(item)).toEqual(['@id']);
      }
    }
  });

  it('lists every file and folder as a part, under a valid URI reference', async () => {
    const { graph, entity } = await crate();
    const data = graph.filter((item) => item['@id'] !== './' && ['File', 'Dataset'].includes(item['@type']));
    expect(references(entity('./')['hasPart'] ?? null).sort()).toEqual(data.map((item) => item['@id']).sort());
    for (const { '@id': id, '@type': type, ...item } of data) {
      expect(new URL(id, 'https://example.org/crate/').href).toBe(`https://example.org/crate/${id}`);
      expect(id.endsWith('/')).toBe(type === 'Dataset');
      expect(item['contentSize']).toEqual(expect.stringMatching(/^\d+$/));
      expect(item['sha256']).toEqual(expect.stringMatching(/^[0-9a-f]{64}$/));
    }
    expect(data.map(({ name }) => name).sort()).toEqual(['text of a', 'text of c', 'words 100%.txt']);
  });

  it('tells of each result what the Process Run Crate profile asks for', async () => {
    const { graph, entity } = await crate();
    const actions = graph.filter((item) => item['@type'] === 'CreateAction');
    expect(actions.map(({ name }) => name)).toEqual(['c of rig', 'a of rig']);
    expect(references(entity('./')['mentions'] ?? null)).toEqual(actions.map((item) => item['@id']));
    for (const action of actions) {
      const tool = entity(references(action['instrument'] ?? null)[0] ?? '');
      expect(tool).toMatchObject({ '@type': 'SoftwareApplication', name: 'concat', softwareVersion: expect.stringMatching(/^1\+/) as string });
      const [start, end] = [Date.parse(action['startTime'] as string), Date.parse(action['endTime'] as string)];
      expect(end).toBeGreaterThanOrEqual(start);
      expect(action['actionStatus']).toBe('http://schema.org/CompletedActionStatus');
      expect(references(action['result'] ?? null).map((id) => entity(id)['@type'])).toEqual(['File']);
    }
    const objects = references(actions[1]?.['object'] ?? null).map(entity);
    expect(objects.map((item) => [item['@type'], item['name'], item['value']])).toEqual([
      ['File', 'words 100%.txt', undefined], ['PropertyValue', 'text', 'x'], ['PropertyValue', 'list', '[1,2]'],
    ]);
  });

  it('links a license that is stated', async () => {
    const license = 'https://spdx.org/licenses/CC-BY-4.0';
    const { entity } = await crate({ license });
    expect(entity('./')['license']).toEqual({ '@id': license });
    expect(entity(license)).toMatchObject({ '@type': 'CreativeWork', name: license, description: expect.stringMatching(/\S/) as string });
  });
});
