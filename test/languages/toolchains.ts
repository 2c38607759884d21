import { spawnSync } from 'node:child_process';
import type { Json } from '../../src/languages/interpret.js';
import type { Language } from '../../src/languages/language.js';

/** A program for a real toolchain, and the arguments of each of its calls. */
export interface RealProgram {
  readonly text: string;
  readonly entryPoint: string;
  readonly calls: readonly (readonly Json[])[];
}

/** What became of it: malformed, or of each call its value, `error` or `other` for a value that is not JSON. */
export type RealOutcome = { readonly kind: 'syntax-error' } | { readonly kind: 'ran'; readonly calls: readonly ({ readonly value: Json } | 'error' | 'other')[] };

interface Toolchain {
  readonly command: string;
  readonly flags: readonly string[];
}

/** One process runs all programs, read as JSON from standard input, and prints one outcome a line. */
const pythonScript = `
import json, sys, warnings, copy
warnings.simplefilter('ignore')
class Strict(json.JSONEncoder):
    def default(self, value): raise TypeError
for program in json.load(sys.stdin):
    scope = {}
    try:
        code = compile(program['text'], 'program', 'exec')
    except (SyntaxError, ValueError):
        print(json.dumps({'kind': 'syntax-error'}), flush=True)
        continue
    calls = []
    try:
        exec(code, scope)
        function = scope[program['entryPoint']]
    except BaseException:
        function = None
    for arguments in program['calls']:
        try:
            value = function(*copy.deepcopy(arguments))
        except BaseException:
            calls.append('error')
            continue
        try:
            calls.append({'value': json.loads(json.dumps(value, cls=Strict))})
        except (TypeError, ValueError):
            calls.append('other')
    print(json.dumps({'kind': 'ran', 'calls': calls}), flush=True)
`;

/** The function gets a name of its own, since PHP cannot declare one twice. */
const phpScript = String.raw`
error_reporting(0);
foreach (json_decode(stream_get_contents(STDIN), true) as $number => $program) {
    $name = $program['entryPoint'] . '_' . $number;
    $text = str_replace('function ' . $program['entryPoint'] . '(', 'function ' . $name . '(', $program['text']);
    try {
        eval($text);
    } catch (ParseError $error) {
        echo json_encode(['kind' => 'syntax-error']), "\n";
        continue;
    } catch (Throwable $error) {
    }
    $calls = [];
    foreach ($program['calls'] as $arguments) {
        try {
            $calls[] = ['value' => $name(...$arguments)];
        } catch (Throwable $error) {
            $calls[] = 'error';
        }
    }
    echo json_encode(['kind' => 'ran', 'calls' => $calls]), "\n";
}
`;

const toolchains: Readonly<Record<string, Toolchain>> = {
  python: { command: 'python3', flags: ['-I', '-c', pythonScript] },
  php: { command: 'php', flags: ['-r', phpScript] },
};

export function isInstalled(language: Language): boolean {
  const toolchain = toolchains[language.name];
  return toolchain !== undefined && spawnSync(toolchain.command, ['--version']).status === 0;
}

/** Runs programs for real. A program at which the process dies (PHP's fatal compile errors) is malformed; the rest run in a new process. */
export function runForReal(programs: readonly RealProgram[], language: Language): RealOutcome[] {
  const { command, flags } = toolchains[language.name] as Toolchain;
  const outcomes: RealOutcome[] = [];
  while (outcomes.length < programs.length) {
    const result = spawnSync(command, [...flags], { input: JSON.stringify(programs.slice(outcomes.length)), encoding: 'utf8', maxBuffer: 2 ** 28 });
    const lines = result.stdout.split('\n').filter((line) => line.startsWith('{"kind"'));
    outcomes.push(...lines.map((line) => JSON.parse(line) as RealOutcome));
    if (outcomes.length < programs.length) outcomes.push({ kind: 'syntax-error' });
  }
  return outcomes;
}
