import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Digest } from '../action-record.js';
import { bundleCode, codeDigestOf, type BundledCode } from '../code-digest.js';
import type { RegisteredKind, TaskKind } from '../task-kind.js';
import { importDefinition, mistakeOfBundle, mistakeOfPath } from './import-definition.js';
import type { KindMistake, KindResult } from './kind-from-definition.js';
import { changedFileOf, type RememberedCode, type RememberedKind } from './remembered-code.js';

export interface OwnKindOptions {
  /** Spares the bundler, and running the module, when nothing changed. */
  readonly remembered?: RememberedCode;
  /** Default: whether this Node does. */
  readonly loadsTypeScript?: boolean;
}

export type OwnKindResult =
  | { readonly kind: 'ok'; readonly registered: RegisteredKind }
  | { readonly kind: 'invalid'; readonly mistakes: readonly KindMistake[] };

/** What the modules that this process has seen came to. Node loads a module once, so this is as long-lived. */
const seenBundles = new Map<string, Digest>();

/**
 * A task kind in a file of the user's.
 * @param uses the path as written, which names the kind
 * @param file absolute
 */
export async function loadOwnKind(uses: string, file: string, options: OwnKindOptions = {}): Promise<OwnKindResult> {
  const invalid = (...mistakes: readonly KindMistake[]): OwnKindResult => ({ kind: 'invalid', mistakes });
  const loadsTypeScript = options.loadsTypeScript ?? (process.features as { readonly typescript?: unknown }).typescript !== undefined;
  const badPath = mistakeOfPath(uses, file, loadsTypeScript);
  if (badPath !== undefined) return invalid(badPath);
  // Node and the bundler follow links, too.
  const entry = realpathSync(file);
  const recalled = options.remembered?.recall(entry);
  if (recalled !== undefined && !recalled.expands) {
    return wasChanged(entry, recalled.code) ? invalid(changedMistake(uses)) : { kind: 'ok', registered: registeredKind(uses, entry, recalled) };
  }

  const bundled = recalled === undefined ? await bundleCode(entry) : { kind: 'ok' as const, code: recalled.code };
  if (bundled.kind === 'invalid') return invalid(...bundled.mistakes.map((mistake) => mistakeOfBundle(uses, entry, mistake)));
  const { code } = bundled;
  if (wasChanged(entry, code)) return invalid(changedMistake(uses));
  const made = await importKind(uses, entry);
  if (made.kind === 'invalid') return invalid(...made.mistakes);
  const { expand, ...declaration } = made.taskKind;
  const kind: RememberedKind = { code, codeDigest: codeDigestOf(code, declaration.parameters), declaration, expands: expand !== undefined };
  if (recalled === undefined) options.remembered?.remember(entry, kind);
  return { kind: 'ok', registered: registeredKind(uses, entry, kind, expand) };
}

async function importKind(uses: string, entry: string): Promise<KindResult> {
  const imported = await importDefinition(uses, entry);
  if (imported.kind === 'invalid') return { kind: 'invalid', mistakes: [imported.mistake] };
  // The validator takes longer to load than a remembered kind takes to recall.
  const made = (await import('./kind-from-definition.js')).kindFromDefinition(uses, imported.definition, pathToFileURL(entry));
  if (made.kind === 'ok') return made;
  return { kind: 'invalid', mistakes: made.mistakes.map((mistake) => ({ ...mistake, message: `${uses}: ${mistake.message}` })) };
}

function registeredKind(uses: string, entry: string, { code, codeDigest, declaration }: RememberedKind, expand?: TaskKind['expand']): RegisteredKind {
  return {
    kind: { ...declaration, name: uses, implementation: pathToFileURL(entry), ...(expand && { expand }) },
    codeDigest,
    // The path is where the code is, not what it is.
    fingerprintName: 'own',
    changedFile: () => changedFileOf(code),
  };
}

/** Whether this process may hold an older version of the module, or of one that it imports. */
function wasChanged(entry: string, { bundle }: BundledCode): boolean {
  const seen = seenBundles.get(entry);
  if (seen === undefined) seenBundles.set(entry, bundle);
  return seen !== undefined && seen !== bundle;
}

function changedMistake(uses: string): KindMistake {
  return { code: 'kind-changed', message: `${uses} was changed after this process loaded it, and Node loads a module once`, hint: 'start a new process' };
}
