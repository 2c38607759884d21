import type { TaskKind } from '../../engine/task-kind.js';

const globs = { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 };
const licence = { type: 'string', minLength: 1, description: 'SPDX expression of the source; a file whose header states another keeps its own.' };

const npmSource = {
  type: 'object',
  properties: {
    kind: { const: 'npm' },
    package: { type: 'string', pattern: '^(?:@[a-z0-9~][a-z0-9._~-]*/)?[a-z0-9~][a-z0-9._~-]*$' },
    version: { type: 'string', pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+[0-9A-Za-z.+-]*$', description: 'Exact.' },
    integrity: { type: 'string', pattern: '^sha512-[A-Za-z0-9+/]{86}==$', description: 'Subresource integrity of the tarball: `npm view NAME@VERSION dist.integrity`.' },
    inside: { type: 'string', minLength: 1, description: 'A zip archive in the package whose files are meant.' },
    include: globs, exclude: globs, licence,
  },
  required: ['kind', 'package', 'version', 'integrity', 'include', 'licence'],
  additionalProperties: false,
};

const debianSource = {
  type: 'object',
  properties: {
    kind: { const: 'debian' },
    package: { type: 'string', pattern: '^[a-z0-9][a-z0-9.+-]+$' },
    version: { type: 'string', pattern: '^[0-9A-Za-z.+:~-]+$' },
    sha256: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'Of the .deb: `apt-cache show NAME`.' },
    include: globs, exclude: globs, licence,
  },
  required: ['kind', 'package', 'version', 'sha256', 'include', 'licence'],
  additionalProperties: false,
};

/** Real source code of one language, from pinned packages and from the user's own trees. */
export const collectCorpus: TaskKind = {
  name: 'collect-corpus',
  version: 1,
  summary: 'Collects, filters and deduplicates source files from npm and Debian packages, folders and JSON Lines.',
  parameters: {
    type: 'object',
    properties: {
      language: { type: 'string', pattern: '^[a-z][a-z0-9-]*$', description: 'Language of the documents, e.g. python.' },
      sources: {
        type: 'array', default: [], items: { oneOf: [npmSource, debianSource] },
        description: 'Packages, pinned by version and digest.',
      },
      include: { ...globs, default: ['**/*'], description: 'For the input `files`: which files.' },
      exclude: { type: 'array', items: { type: 'string' }, default: [], description: 'For the input `files`: which of them not.' },
      licence: { type: ['string', 'null'], default: null, description: 'SPDX expression for the inputs `files` and `documents`, where they state none.' },
      allowedLicences: {
        type: ['array', 'null'], items: { type: 'string' }, default: null,
        description: 'Keep only files under one of these SPDX expressions; null: any.',
      },
      minBytes: { type: 'integer', minimum: 1, default: 64, description: 'Smallest file, bytes.' },
      maxBytes: { type: 'integer', minimum: 1, maximum: 64 * 2 ** 20, default: 2 ** 20, description: 'Largest file, bytes.' },
      maxLineLength: { type: 'integer', minimum: 1, default: 1_000, description: 'Characters; a longer line marks data or minified code.' },
      maxMeanLineLength: { type: 'number', exclusiveMinimum: 0, default: 100, description: 'Characters, over all lines of a file.' },
      minAlphanumericShare: { type: 'number', minimum: 0, maximum: 1, default: 0.25, description: 'Letters and digits among the characters of a file.' },
      deduplicate: { type: 'boolean', default: true, description: 'Keep the first of files that differ in blank space only.' },
      heldOutShare: {
        type: 'number', minimum: 0, exclusiveMaximum: 1, default: 0,
        description: 'Share of the bytes to hold out, by whole top-level folders (and files) of each source: files of one folder are alike.',
      },
      seed: { type: 'integer', minimum: 0, default: 1, description: 'Chooses the folders that are held out.' },
    },
    required: ['language'],
    additionalProperties: false,
  },
  inputs: {
    files: { type: 'tree', many: true, optional: true, description: 'Folders of source files' },
    documents: { type: 'file', many: true, optional: true, mediaType: 'application/jsonl', description: 'JSON Lines of objects with `text` or `content`, and perhaps `id`, `licence` or `license`' },
  },
  outputs: {
    corpus: { type: 'tree', fileName: 'corpus', description: 'What to train on' },
    heldout: { type: 'tree', fileName: 'heldout', description: 'What to measure on; empty when `heldOutShare` is 0' },
    collection: { type: 'file', fileName: 'collection.json', mediaType: 'application/json', description: 'Sources and licences, and what was left out and why' },
  },
  resources: { cores: 1, memory: 512 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
