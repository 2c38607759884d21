import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundleCode, codeDigestOf, type BundleResult } from '../code-digest.js';
import type { Digest } from '../action-record.js';
import type { RegisteredKind } from '../task-kind.js';
import { importDefinition, mistakeOfBundle, mistakeOfPath } from './import-definition.js';
import { kindFromDefinition, type KindMistake } from './kind-from-definition.js';
import { changedFileOf, type RememberedCode } from './remembered-code.js';

export interface OwnKindOptions {
  /** Spares the bundler when nothing changed. */
  readonly remembered?: RememberedCode;
  /** Default: whether this Node does. */
  readonly loadsTypeScript?: boolean;
}

export type OwnKindResult =
  | { readonly kind: 'ok'; readonly registered: RegisteredKind }
  | { readonly kind: 'invalid'; readonly mistakes: readonly KindMistake[] };

/** What the modules that this process has loaded came to. Node loads a module once, so this is as long-lived. */
const loadedCode = new Map<string, Digest>();

/** Whether `uses:` names a kind of the user's: a relative path, which no name of a kind can be. */
export function isOwnKind(uses: string): boolean {
  return /^\.{1,2}\//.test(uses);
}

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
  const bundled = await codeOf(entry, options.remembered);
  if (bundled.kind === 'invalid') return invalid(...bundled.mistakes.map((mistake) => mistakeOfBundle(uses, entry, mistake)));
  const { code } = bundled;
  if ((loadedCode.get(entry) ?? code.bundle) !== code.bundle) {
    return invalid({ code: 'kind-changed', message: `${uses} was changed after this process loaded it, and Node loads a module once`, hint: 'start a new process' });
  }
  loadedCode.set(entry, code.bundle);
  const imported = await importDefinition(uses, entry);
  if (imported.kind === 'invalid') return invalid(imported.mistake);
  const made = kindFromDefinition(uses, imported.definition, pathToFileURL(entry));
  if (made.kind === 'invalid') return invalid(...made.mistakes.map((mistake) => ({ ...mistake, message: `${uses}: ${mistake.message}` })));
  return {
    kind: 'ok',
    registered: {
      kind: made.taskKind,
      codeDigest: codeDigestOf(code, made.taskKind.parameters),
      // The path is where the code is, not what it is.
      fingerprintName: 'own',
      changedFile: () => changedFileOf(code),
    },
  };
}

async function codeOf(entry: string, remembered: RememberedCode | undefined): Promise<BundleResult> {
  const recalled = remembered?.recall(entry);
  if (recalled !== undefined) return { kind: 'ok', code: recalled };
  const result = await bundleCode(entry);
  if (result.kind === 'ok') remembered?.remember(entry, result.code);
  return result;
}
