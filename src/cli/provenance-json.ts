import type { Digest } from '../engine/action-record.js';
import type { Json } from '../engine/json.js';
import type { Lineage } from '../engine/provenance/lineage.js';
import type { UserFile } from '../engine/provenance/user-files.js';

/** A lineage for programs: artifacts and actions name each other by digest and fingerprint. */
export function lineageJson({ root, artifacts, actions }: Lineage, files: ReadonlyMap<Digest, UserFile>): Json {
  const lineage = {
    root,
    artifacts: [...artifacts.values()].map(({ digest, producer, otherProducers }) => {
      const object = producer?.record.outputs[producer.output] ?? files.get(digest);
      return {
        digest, type: object?.type, bytes: object?.bytes, path: files.get(digest)?.path, changedSince: files.get(digest)?.changedSince,
        ...(producer && { action: producer.record.fingerprint, output: producer.output, otherProducers }),
      };
    }),
    actions: [...actions.values()].map(({ record, reads }) => {
      const { fingerprint, preimage, outputs, durationMs, log, provenance, accepted } = record;
      const { kind, version, code, parameters, environment, runtime } = preimage;
      return { fingerprint, kind, version, code, parameters, environment, runtime, reads, outputs, durationMs, log, provenance, accepted };
    }),
  };
  return JSON.parse(JSON.stringify(lineage)) as Json;
}
