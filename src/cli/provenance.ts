import { relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Layout } from '../engine/cache/layout.js';
import { knownSources } from '../engine/provenance/known-sources.js';
import { lineageOf, type Lineage } from '../engine/provenance/lineage.js';
import { RecordIndex } from '../engine/provenance/record-index.js';
import { roCrate } from '../engine/provenance/ro-crate.js';
import { userFiles, type UserFile } from '../engine/provenance/user-files.js';
import type { Cache } from '../engine/store.js';
import { artifactNamed, type NamedArtifact } from './artifact-name.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { shownPath } from './pipeline-file.js';
import { withCache, withPlan, type Planned, type PlanningOptions } from './planning.js';
import { lineageJson } from './provenance-json.js';
import { lineageText } from './provenance-text.js';
import type { Shell } from './shell.js';

export interface ProvenanceOptions extends PlanningOptions {
  readonly file?: string;
  readonly artifactsDir?: string;
  readonly format: 'text' | 'json' | 'ro-crate';
  readonly license?: string;
}

/** `pipelines provenance ARTIFACT`: what it was made from, back to the user's files. */
export function provenanceVerb(artifact: string, options: ProvenanceOptions, shell: Shell): Promise<ExitCode> {
  const work = async (cache: Cache, planned?: Planned): Promise<ExitCode> => {
    const index = await RecordIndex.of(cache.actions);
    const named = await artifactNamed(artifact, index, cache, planned, shell);
    const lineage = lineageOf(named.digest, index, planned && knownSources(planned.plan), named.producer);
    const unmade = [...lineage.artifacts.values()].filter(({ producer }) => !producer).map(({ digest }) => digest);
    const files = new Map([...await userFiles(unmade, cache), ...snapshotFiles(unmade, planned)]);
    shell.stdout.write(render(lineage, named, files, cache, options, shell));
    return exitCode.ok;
  };
  if (options.file === undefined) return withCache(options, shell, (cache) => work(cache));
  return withPlan(options.file, options, shell, (planned) => work(planned.cache, planned));
}

/** The user's files that a pipeline names: where they are is known. */
function snapshotFiles(digests: readonly string[], planned: Planned | undefined): readonly (readonly [string, UserFile])[] {
  const wanted = new Set(digests);
  return [...planned?.plan.snapshots ?? []].filter(([, { digest }]) => wanted.has(digest)).map(([path, object]) => [object.digest, { ...object, path, changedSince: false }]);
}

function render(lineage: Lineage, { name }: NamedArtifact, files: ReadonlyMap<string, UserFile>, cache: Cache, options: ProvenanceOptions, shell: Shell): string {
  switch (options.format) {
    case 'text':
      return lineageText(lineage, { name, files, shown: (path) => shownPath(path, shell) });
    case 'json':
      return `${JSON.stringify(lineageJson(lineage, files), null, 2)}\n`;
    case 'ro-crate': {
      const layout = new Layout(cache.directory);
      const crate = roCrate(lineage, {
        userFiles: files, now: new Date(shell.now()).toISOString(), ...(options.license !== undefined && { license: options.license }),
        locationOf: (digest, type) => locationBelow(shell.directory, type === 'tree' ? layout.tree(digest) : layout.object(digest)),
      });
      return `${JSON.stringify(crate, null, 2)}\n`;
    }
  }
}

/** A path below a folder, with `/`; outside of it a file URI. */
function locationBelow(folder: string, path: string): string {
  const below = relative(folder, path);
  return below.startsWith('..') ? pathToFileURL(path).href : below.split(sep).join('/');
}
