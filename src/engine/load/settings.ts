import { milliseconds } from '../duration.js';
import type { JsonObject } from '../json.js';
import { bytes } from '../size.js';
import type { Resources } from '../task-kind.js';
import type { Scope } from './expression.js';
import { compileTemplate, evaluateTemplate, type Budget } from './interpolate.js';
import { settingsShape } from './shape.js';
import type { Diagnostics, MapEntry, MapNode } from './source.js';
import { validateJson } from './validate.js';

/** Keys of a task that say how it runs, not what it computes; `outputs` because it, too, is known only after interpolation. */
export const settingKeys = ['resources', 'retry', 'timeout', 'environment', 'outputs'] as const;

/** What a file says, before a kind's own needs fill the gaps. */
export interface Settings {
  readonly resources: Partial<Resources>;
  readonly attempts?: number;
  readonly timeoutMs?: number;
  readonly environment: readonly string[];
  /** Output name -> file name as written, with its trailing slash. */
  readonly outputs: Readonly<Record<string, string>>;
}

const none: Settings = { resources: {}, environment: [], outputs: {} };

/** Reads the settings of one task (or of `defaults`) for any of its instances; the same object where the matrix does not matter. */
export function settingsReader(entries: ReadonlyMap<string, MapEntry>, name: string, budget: Budget, diagnostics: Diagnostics): { readonly usesMatrix: boolean; read(scope: Scope): Settings } {
  const chosen = settingKeys.flatMap((key): [string, MapEntry][] => {
    const entry = entries.get(key);
    return entry === undefined ? [] : [[key, entry]];
  });
  if (chosen.length === 0) return { usesMatrix: false, read: () => none };
  const node: MapNode = { kind: 'map', entries: new Map(chosen), span: undefined };
  const template = compileTemplate(node, diagnostics);
  let fixed: Settings | undefined;
  return {
    usesMatrix: template.usesMatrix,
    read(scope) {
      if (fixed !== undefined) return fixed;
      const evaluated = evaluateTemplate(template, scope, budget, diagnostics);
      const valid = evaluated !== undefined
        && validateJson(settingsShape, evaluated.value, { name, keys: 'key', place: (pointer) => evaluated.places.get(pointer) }, diagnostics);
      const settings = valid ? settingsFromJson(evaluated.value as JsonObject) : none;
      if (!template.usesMatrix) fixed = settings;
      return settings;
    },
  };
}

function settingsFromJson(json: JsonObject): Settings {
  const { resources = {}, retry, timeout, environment = [], outputs = {} } = json as {
    resources?: { cores?: number; memory?: string | number; gpus?: number };
    retry?: { attempts?: number };
    timeout?: string;
    environment?: string[];
    outputs?: Record<string, string>;
  };
  const { memory, ...others } = resources;
  const timeoutMs = timeout === undefined ? undefined : milliseconds(timeout);
  return {
    resources: { ...others, ...(memory === undefined ? {} : { memory: bytes(memory) }) },
    ...(retry?.attempts === undefined ? {} : { attempts: retry.attempts }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    environment,
    outputs,
  };
}
