import type { ActionRecord, Digest } from '../action-record.js';
import type { Json, JsonObject, JsonScalar } from '../json.js';
import type { Lineage, LineageAction, LineageArtifact } from './lineage.js';
import type { UserFile } from './user-files.js';

export interface RoCrateOptions {
  /** What is known of the artifacts that no task made. */
  readonly userFiles: ReadonlyMap<Digest, UserFile>;
  /** Where an object lies, as a path below the crate's root (with `/`) or an absolute URI. */
  locationOf(digest: Digest, type: 'file' | 'tree'): string;
  /** When the description is written, ISO 8601. */
  readonly now: string;
  /** A URI; without it the crate says that none is stated. */
  readonly license?: string;
}

type Entity = { readonly '@id': string; readonly '@type': Json } & JsonObject;

const processRunCrate = 'https://w3id.org/ro/wfrun/process/0.5';

/**
 * A lineage as RO-Crate 1.1 metadata in the Process Run Crate profile 0.5 (researchobject.org/workflow-run-crate): each
 * result a CreateAction with the task kind as its instrument, what it read as object, what it gave as result.
 * The graph is flat: entities name each other by @id alone.
 */
export function roCrate(lineage: Lineage, options: RoCrateOptions): JsonObject {
  const data = new Map<string, Entity>();
  for (const artifact of lineage.artifacts.values()) {
    const entity = dataEntity(artifact, options);
    data.set(entity['@id'], entity);
  }
  const software = new Map<string, Entity>();
  const values: Entity[] = [];
  const actions: Entity[] = [];
  for (const action of lineage.actions.values()) {
    for (const tool of [kindEntity(action.record), engineEntity(action.record)]) software.set(tool['@id'], tool);
    const properties = propertyValues(action);
    values.push(...properties);
    actions.push(actionEntity(action, properties, lineage, options));
  }
  const root = rootEntity(lineage, [...data.keys()], actions.map((action) => action['@id']), options);
  return {
    '@context': ['https://w3id.org/ro/crate/1.1/context', 'https://w3id.org/ro/terms/workflow-run/context'],
    '@graph': [
      { '@id': 'ro-crate-metadata.json', '@type': 'CreativeWork', conformsTo: { '@id': 'https://w3id.org/ro/crate/1.1' }, about: { '@id': './' } },
      root,
      { '@id': processRunCrate, '@type': 'CreativeWork', name: 'Process Run Crate', version: '0.5' },
      ...(options.license === undefined ? [] : [{ '@id': options.license, '@type': 'CreativeWork', name: options.license, description: 'The license of this crate.' }]),
      ...data.values(), ...software.values(), ...actions, ...values,
    ],
  };
}

function rootEntity({ root, artifacts }: Lineage, parts: readonly string[], actions: readonly string[], { now, license }: RoCrateOptions): Entity {
  const producer = artifacts.get(root)?.producer;
  const name = producer ? `${producer.output} of ${producer.record.provenance.task}` : root;
  return {
    '@id': './', '@type': 'Dataset',
    name: `Provenance of ${name}`,
    description: `What ${name} (sha256 ${root}) was made from: ${actions.length} task results and ${parts.length} files and folders.`,
    datePublished: now,
    license: license === undefined ? 'No license is stated: ask the authors before you reuse it.' : { '@id': license },
    conformsTo: { '@id': processRunCrate },
    hasPart: parts.map(reference),
    mentions: actions.map(reference),
  };
}

function dataEntity({ digest, producer }: LineageArtifact, options: RoCrateOptions): Entity {
  const user = options.userFiles.get(digest);
  const object = producer?.record.outputs[producer.output] ?? user;
  const type = object?.type ?? 'file';
  return {
    '@id': dataId(digest, type, options),
    '@type': type === 'tree' ? 'Dataset' : 'File',
    name: producer ? `${producer.output} of ${producer.record.provenance.task}` : user?.path?.split('/').at(-1) ?? digest,
    ...(user?.path !== undefined && { alternateName: user.path }),
    ...(object?.bytes !== undefined && { contentSize: String(object.bytes) }),
    identifier: `sha256:${digest}`,
    ...(type === 'file' && { sha256: digest }),
    ...(producer && { dateCreated: producer.record.provenance.finishedAt }),
  };
}

function dataId(digest: Digest, type: 'file' | 'tree', { locationOf }: RoCrateOptions): string {
  const location = locationOf(digest, type);
  const escaped = /^[a-z][a-z0-9+.-]*:/i.test(location) ? location : location.split('/').map(encodeURIComponent).join('/');
  return type === 'tree' && !escaped.endsWith('/') ? `${escaped}/` : escaped;
}

/** The tool: a task kind at one state of its code. */
function kindEntity({ preimage, provenance }: ActionRecord): Entity {
  return {
    '@id': kindId(preimage), '@type': 'SoftwareApplication', name: preimage.kind,
    softwareVersion: `${preimage.version}+${preimage.code.slice(0, 12)}`,
    description: `The task kind ${preimage.kind}; digest of its code: ${preimage.code}.`,
    softwareRequirements: { '@id': engineId(provenance) },
  };
}

function engineEntity({ provenance }: ActionRecord): Entity {
  return { '@id': engineId(provenance), '@type': 'SoftwareApplication', name: 'pipelines', softwareVersion: provenance.engine, runtimePlatform: `Node.js ${provenance.node}` };
}

function actionEntity({ record, reads }: LineageAction, properties: readonly Entity[], lineage: Lineage, options: RoCrateOptions): Entity {
  const { fingerprint, preimage, provenance, durationMs, outputs } = record;
  const read = new Set(reads.flatMap(({ value }) => (value.kind === 'artifact' ? [value.digest] : value.document ?? [])));
  // Only what leads to the root is described; what else the task gave is none of its lineage.
  const given = Object.values(outputs).filter(({ digest }) => lineage.artifacts.has(digest));
  return {
    '@id': `#action-${fingerprint}`, '@type': 'CreateAction',
    name: `${provenance.task} of ${provenance.pipeline}`,
    description: `Run ${provenance.run} on host ${provenance.host}; fingerprint ${fingerprint}.`,
    startTime: new Date(Date.parse(provenance.finishedAt) - durationMs).toISOString(),
    endTime: provenance.finishedAt,
    actionStatus: 'http://schema.org/CompletedActionStatus',
    instrument: { '@id': kindId(preimage) },
    object: [...[...read].map((digest) => reference(dataId(digest, typeOf(digest, lineage, options), options))), ...properties.map((entity) => reference(entity['@id']))],
    result: given.map(({ digest, type }) => reference(dataId(digest, type, options))),
  };
}

function typeOf(digest: Digest, { artifacts }: Lineage, { userFiles }: RoCrateOptions): 'file' | 'tree' {
  const producer = artifacts.get(digest)?.producer;
  return producer?.record.outputs[producer.output]?.type ?? userFiles.get(digest)?.type ?? 'file';
}

/** Parameters, values read from JSON documents, declared environment and runtime: whatever made the result and is no file. */
function propertyValues({ record: { fingerprint, preimage }, reads }: LineageAction): Entity[] {
  const groups: [prefix: string, values: readonly (readonly [string, Json])[]][] = [
    ['parameter', Object.entries(preimage.parameters)],
    ['value', reads.flatMap(({ input, place, value }) => (value.kind === 'value' ? [[place === undefined ? input : `${input}.${place}`, value.value] as const] : []))],
    ['environment', Object.entries(preimage.environment)],
    ['runtime', Object.entries(preimage.runtime)],
  ];
  return groups.flatMap(([prefix, values]) => values.map(([name, value]): Entity => ({
    '@id': `#${prefix}-${fingerprint}-${encodeURIComponent(name)}`, '@type': 'PropertyValue', name, value: scalar(value),
  })));
}

/** Lists and objects as JSON text: in JSON-LD they would mean something else. */
function scalar(value: Json): JsonScalar {
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

function kindId({ kind, code }: ActionRecord['preimage']): string {
  return `#kind-${encodeURIComponent(kind)}-${code.slice(0, 12)}`;
}

function engineId({ engine, node }: ActionRecord['provenance']): string {
  return `#engine-${encodeURIComponent(`${engine}-${node}`)}`;
}

function reference(id: string): JsonObject {
  return { '@id': id };
}
