import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { go } from '../../../src/languages/go.js';
import type { Json } from '../../../src/languages/interpret.js';
import { compiled } from './compiled.js';
import type { RealCall, RealProgram } from './toolchain.js';

/** The language's own preamble in two: every file of a package imports for itself, but declares for all. */
const [imports = '', functions = ''] = go.preamble.split(/(?=^var stdin)/m);

const harness = String.raw`
type harnessCall struct {
	input string
	call  func() interface{}
}

func harnessOutcome(made harnessCall) (outcome string) {
	output := os.Stdout
	reader, writer, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	stdin = bufio.NewReader(strings.NewReader(made.input))
	os.Stdout = writer
	defer func() {
		os.Stdout = output
		writer.Close()
		reader.Close()
		if recover() != nil {
			outcome = "\"error\""
		}
	}()
	value, err := json.Marshal(made.call())
	if err != nil {
		return "\"other\""
	}
	writer.Close()
	printed, _ := io.ReadAll(reader)
	text, _ := json.Marshal(string(printed))
	return "{\"value\":" + string(value) + ",\"printed\":" + string(text) + "}"
}

func main() {
	first, _ := strconv.Atoi(os.Args[1])
	for _, calls := range harnessUnits[first:] {
		outcomes := []string{}
		for _, made := range calls {
			outcomes = append(outcomes, harnessOutcome(made))
		}
		fmt.Println("{\"kind\":\"ran\",\"calls\":[" + strings.Join(outcomes, ",") + "]}")
	}
}
`;

/**
 * A file each, so that one program's open string or block is its own affair. The language is held at the version
 * that the table names, whatever the compiler's: later ones have a \`min\` and a \`max\` of their own.
 */
export const realGo = compiled({
  probe: ['go', 'version'],
  extension: '.go',
  files: 'each',
  preamble: imports.replace('import (', 'import (\n\t"encoding/json"\n\t"io"').replace('interface{}{', 'interface{}{json.Marshal, io.ReadAll, '),
  unit: (program, number) => [
    program.text.replace(`func ${program.entryPoint}(`, `func ${named(program, number)}(`),
    `var harnessCalls${String(number)} = []harnessCall{`,
    ...program.calls.map((call) => `${made(program, number, call)},`),
    '}',
  ].join('\n'),
  main: (numbers) => [
    functions,
    harness,
    `var harnessUnits = [][]harnessCall{${numbers.map((number) => `harnessCalls${String(number)}`).join(', ')}}`,
  ].join('\n'),
  build: (files) => ['go', 'build', '-gcflags=-e -lang=go1.18 -N -l', '-ldflags=-s -w', '-o', 'main', ...files],
  start: ['./main'],
  error: /^(?:\.\/)?(?<file>\w+\.go):(?<line>\d+):\d+: /gm,
  environment: { GO111MODULE: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '', GOCACHE: join(tmpdir(), 'toolchain-go-cache') },
});

/** Under a name of its own, since all programs are one package. */
function named({ entryPoint }: RealProgram, number: number): string {
  return `${entryPoint}_${String(number)}`;
}

function made(program: RealProgram, number: number, { arguments: values, input = [] }: RealCall): string {
  const call = `${named(program, number)}(${values.map(literal).join(', ')})`;
  const body = program.result === 'none' ? `${call}; return nil` : `return ${call}`;
  return `{${JSON.stringify(input.map((line) => `${line}\n`).join(''))}, func() interface{} { ${body} }}`;
}

function literal(value: Json): string {
  return Array.isArray(value) ? `[]int{${value.join(', ')}}` : JSON.stringify(value);
}
