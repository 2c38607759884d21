import type { Language } from '../../../src/languages/language.js';
import { realCpp } from './cpp.js';
import { realCsharp } from './csharp.js';
import { realGo } from './go.js';
import { realPhp } from './php.js';
import { realPython } from './python.js';
import { isInstalled } from './toolchain.js';
import type { RealOutcome, RealProgram, Toolchain } from './toolchain.js';

/** The real thing for each built-in language, by its name. */
const toolchains: Readonly<Partial<Record<string, Toolchain>>> = { python: realPython, php: realPhp, cpp: realCpp, csharp: realCsharp, go: realGo };

/** Why a comparison with the real language is skipped; undefined where its toolchain is installed. */
export function missing({ name }: Language): string | undefined {
  const toolchain = toolchains[name];
  if (toolchain === undefined) return `no toolchain for ${name}`;
  return isInstalled(toolchain) ? undefined : `${toolchain.probe[0]} not found`;
}

export function runForReal(programs: readonly RealProgram[], { name }: Language): RealOutcome[] {
  const toolchain = toolchains[name];
  if (toolchain === undefined) throw new Error(`no toolchain for ${name}`);
  return toolchain.run(programs);
}
