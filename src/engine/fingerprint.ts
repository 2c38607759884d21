import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Digest, Preimage, PreimageInput } from './action-record.js';
import type { JsonObject } from './json.js';
import { withoutDefaults } from './parameter-defaults.js';
import type { RegisteredKind, TaskKind } from './task-kind.js';

/** RFC 8785: keys sorted, one spelling a number. Throws on NaN, infinities and cycles, which are not JSON. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError(`${typeof value} is not JSON`);
  return text;
}

/** sha256, 64 lower-case hex digits. Text is hashed as UTF-8. */
export function digestOf(content: string | Uint8Array): Digest {
  return createHash('sha256').update(content).digest('hex');
}

/** The key of a task's result. Pure: equal preimages, however their keys are ordered, have equal fingerprints. */
export function fingerprintOf(preimage: Preimage): Digest {
  return digestOf(`pipelines/fingerprint/v1\n${canonicalJson(preimage)}`);
}

/** What a fingerprint is made of, before the parameters are reduced. */
export interface PreimageParts {
  readonly kind: RegisteredKind;
  /** Validated, with defaults filled in. */
  readonly parameters: JsonObject;
  /** Absent optional inputs are left out. */
  readonly inputs: Readonly<Record<string, PreimageInput>>;
  /** For open ports: output name -> file name, as the YAML declares them. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Declared variables; null for one that is not set. */
  readonly environment: Readonly<Record<string, string | null>>;
  readonly runtime: Readonly<Record<string, string>>;
}

/**
 * Leaves out every parameter that equals its default, so that a new optional parameter invalidates nothing.
 * A changed default is not lost: the kind's code digest covers the defaults.
 */
export function preimageOf({ kind, parameters, inputs, outputs, environment, runtime }: PreimageParts): Preimage {
  return {
    format: 'pipelines/fingerprint/v1',
    kind: kind.fingerprintName ?? kind.kind.name,
    version: kind.kind.version,
    code: kind.codeDigest,
    parameters: withoutDefaults(kind.kind.parameters, parameters),
    inputs,
    ...(outputs !== undefined && { outputs }),
    environment,
    runtime,
  };
}

/** The machine, as far as a kind's `sensitivity` lets it change an output's bytes. */
export interface Machine {
  readonly nodeMajor: number;
  /** As `process.arch`. */
  readonly arch: string;
  /** The compute device, e.g. `cpu` or a card's name. */
  readonly device: string;
}

/** Node's exact version would rebuild too eagerly; nothing at all would be unsound for float training. */
export function runtimeOf(sensitivity: TaskKind['sensitivity'], { nodeMajor, arch, device }: Machine): Record<string, string> {
  switch (sensitivity) {
    case 'portable': return {};
    case 'runtime': return { node: String(nodeMajor), arch };
    case 'device': return { node: String(nodeMajor), arch, device };
  }
}
