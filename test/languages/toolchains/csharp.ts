import type { Json } from '../../../src/languages/interpret.js';
import { csharp } from '../../../src/languages/csharp.js';
import type { Type } from '../../../src/languages/program.js';
import { compiled } from './compiled.js';
import type { RealCall, RealProgram } from './toolchain.js';

/** The language's own preamble, as parts of one class: each program is a class in it, and sees its functions. */
const [usings = '', functions = ''] = csharp.preamble.split('static class Program {\n');

const harness = String.raw`
static string Quoted(string text) {
    var quoted = new System.Text.StringBuilder("\"");
    foreach (char letter in text) quoted.Append(letter == '"' || letter == '\\' || letter < ' ' ? "\\u" + ((int) letter).ToString("x4") : letter.ToString());
    return quoted.Append('"').ToString();
}

/** Null where the value is not JSON. */
static string Json(object value) {
    if (value == null) return "null";
    if (value is bool) return (bool) value ? "true" : "false";
    if (value is int) return value.ToString();
    if (value is string) return Quoted((string) value);
    return value is List<int> ? "[" + string.Join(",", (List<int>) value) + "]" : null;
}

static string Outcome(Func<object> call, string input) {
    var printed = new System.IO.StringWriter();
    var output = Console.Out;
    Console.SetIn(new System.IO.StringReader(input));
    Console.SetOut(printed);
    try {
        var json = Json(call());
        return json == null ? "\"other\"" : "{\"value\":" + json + ",\"printed\":" + Quoted(printed.ToString()) + "}";
    } catch {
        return "\"error\"";
    } finally {
        Console.SetOut(output);
    }
}
`;

/** `mcs`, the compiler of mono. A file each, so that one program's open string or bracket is its own affair. */
export const realCsharp = compiled({
  probe: ['mcs', '--version'],
  extension: '.cs',
  files: 'each',
  preamble: `${usings}static partial class Program {`,
  unit: (program, number) => [
    `static class Unit${String(number)} {`,
    program.text,
    'public static string Calls() {',
    `return string.Join(",", new string[] {${program.calls.map((call) => outcome(program, call)).join(', ')}});`,
    '}',
    '}',
    csharp.postamble,
  ].join('\n'),
  main: (numbers) => [
    functions,
    harness,
    'static void Main(string[] args) {',
    `var calls = new Func<string>[] {${numbers.map((number) => `Unit${String(number)}.Calls`).join(', ')}};`,
    'for (int place = int.Parse(args[0]); place < calls.Length; place++) {',
    'Console.WriteLine("{\\"kind\\":\\"ran\\",\\"calls\\":[" + calls[place]() + "]}");',
    'Console.Out.Flush();',
    '}',
    '}',
    csharp.postamble,
  ].join('\n'),
  build: (files) => ['mcs', '-nologo', '-out:main.exe', ...files],
  start: ['mono', 'main.exe'],
  error: /^(?<file>\S+\.cs)\((?<line>\d+),\d+\): error/gm,
});

function outcome({ entryPoint, parameters, result }: RealProgram, { arguments: values, input = [] }: RealCall): string {
  const call = `${entryPoint}(${values.map((value, index) => literal(value, parameters[index])).join(', ')})`;
  return `Outcome(() => ${result === 'none' ? `{ ${call}; return null; }` : call}, ${JSON.stringify(input.map((line) => `${line}\n`).join(''))})`;
}

function literal(value: Json, type?: Type): string {
  if (Array.isArray(value) || type === 'list') return `new List<int> {${(value as readonly number[]).join(', ')}}`;
  return JSON.stringify(value);
}
