import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpp } from '../../../src/languages/cpp.js';
import type { Type } from '../../../src/languages/program.js';
import { compiled } from './compiled.js';
import type { RealProgram } from './toolchain.js';

/**
 * Undefined behaviour is made to end the process: g++ checks arithmetic and what the library is asked for. Where the
 * language only warns of what is never meant (no return, comparison of two literals, constants out of range), it is an error.
 */
const flags = [
  '-std=c++17', '-O0', '-D_GLIBCXX_DEBUG', '-fsanitize=signed-integer-overflow,integer-divide-by-zero', '-fsanitize-undefined-trap-on-error',
  '-Werror=return-type', '-Werror=address', '-Werror=overflow',
];

/**
 * Reads the arguments of the calls, runs each call in its own guard and prints what became of it. A signal, which
 * would end the process, ends the call: the handler jumps back.
 */
const harness = String.raw`
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <sstream>
#include <tuple>
#include <unistd.h>

namespace harness {

inline sigjmp_buf guard;
inline volatile bool guarded = false;
inline void ended(int) { guarded ? siglongjmp(guard, 1) : _exit(1); }

inline string quoted(const string& text) {
    string all = "\"";
    for (unsigned char letter : text) {
        char escaped[8];
        std::snprintf(escaped, sizeof escaped, letter < ' ' || letter == '"' || letter == '\\' || letter > '~' ? "\\u%04x" : "%c", letter);
        all += escaped;
    }
    return all + "\"";
}
inline string json(int value) { return std::to_string(value); }
inline string json(bool value) { return value ? "true" : "false"; }
inline string json(const string& value) { return quoted(value); }
inline string json(const vector<int>& values) {
    string all;
    for (int value : values) all += (all.empty() ? "" : ",") + std::to_string(value);
    return "[" + all + "]";
}

inline string json(const optional<vector<int>>& values) { return values ? json(*values) : "null"; }

/** Arguments are words: a tag and what follows it. */
inline void read(std::istream& from, int& value) { string tag; from >> tag >> value; }
inline void read(std::istream& from, bool& value) { string tag; from >> tag >> value; }
inline void read(std::istream& from, string& value) { string tag; from >> tag; from.get(); std::getline(from, value, '\t'); }
inline void read(std::istream& from, vector<int>& values) {
    string tag;
    size_t length;
    from >> tag >> length;
    values.resize(length);
    for (int& value : values) from >> value;
}
template <class Type> void read_any(std::istream& from, any& value) { Type known{}; read(from, known); value = known; }
inline void read(std::istream& from, any& value) {
    switch ((from >> std::ws).peek()) {
        case 'i': return read_any<int>(from, value);
        case 'b': return read_any<bool>(from, value);
        case 's': return read_any<string>(from, value);
        default: return read_any<vector<int>>(from, value);
    }
}

/** The value of a call as JSON. */
template <class Result, class... Arguments> string called(Result (*function)(Arguments...), std::istream& from) {
    std::tuple<Arguments...> values;
    std::apply([&](auto&... value) { (read(from, value), ...); }, values);
    if constexpr (std::is_void_v<Result>) return std::apply(function, values), "null";
    else return json(std::apply(function, values));
}

template <class Function> string outcome(Function function, const string& input, const string& arguments) {
    std::istringstream in(input), from(arguments);
    std::ostringstream out;
    std::cin.clear();
    std::cin.rdbuf(in.rdbuf());
    std::cout.clear();
    std::cout.rdbuf(out.rdbuf());
    if (sigsetjmp(guard, 1) != 0) return "\"error\"";
    guarded = true;
    try {
        string value = called(function, from);
        return "{\"value\":" + value + ",\"printed\":" + quoted(out.str()) + "}";
    } catch (...) {
        return "\"error\"";
    }
}

/** @param calls two lines each: what is on standard input, tabs for line breaks, and the arguments */
template <class Function> void run(Function function, const char* calls) {
    std::istringstream lines(calls);
    string all, input, arguments;
    while (std::getline(lines, input) && std::getline(lines, arguments)) {
        std::replace(input.begin(), input.end(), '\t', '\n');
        string json = outcome(function, input, arguments);
        guarded = false;
        all += (all.empty() ? "" : ",") + json;
    }
    std::printf("{\"kind\":\"ran\",\"calls\":[%s]}\n", all.c_str());
    std::fflush(stdout);
}

inline void start() {
    std::freopen("/dev/null", "w", stderr);
    alarm(60);
    for (int signal : {SIGABRT, SIGFPE, SIGILL, SIGSEGV, SIGTRAP}) {
        struct sigaction action {};
        action.sa_handler = ended;
        action.sa_flags = SA_NODEFER;
        sigaction(signal, &action, nullptr);
    }
}

}
`;

/** Where the harness is, compiled: kept between runs under its digest, since that takes seconds. */
function compiledHarness(): string {
  const source = `${cpp.preamble}${harness}`;
  const kept = join(tmpdir(), `toolchain-cpp-${createHash('sha256').update(JSON.stringify([flags, source])).digest('hex').slice(0, 16)}`);
  if (existsSync(kept)) return kept;
  const folder = mkdtempSync(`${kept}-`);
  writeFileSync(join(folder, 'harness.hpp'), source);
  const { status, stderr } = spawnSync('g++', [...flags, '-x', 'c++-header', 'harness.hpp', '-o', 'harness.hpp.gch'], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`g++ does not compile the harness: ${stderr}`);
  try {
    renameSync(folder, kept);
  } catch {
    // Another process was faster.
    rmSync(folder, { recursive: true });
  }
  return kept;
}

export const realCpp = compiled({
  probe: ['g++', '--version'],
  extension: '.cpp',
  files: 'one',
  preamble: '',
  unit: (program, number) => `namespace unit${String(number)} {\n${program.text}\n}\nstatic void run${String(number)}() { harness::run(unit${String(number)}::${program.entryPoint}, ${JSON.stringify(callsOf(program))}); }`,
  main: (numbers) => `static void (*const runs[])() = {${numbers.map((number) => `run${String(number)}`).join(', ')}};
int main(int, char** values) {
    harness::start();
    for (size_t place = std::stoul(values[1]); place < ${String(numbers.length)}; place += 1) runs[place]();
    _exit(0);
}`,
  build: (files) => ['g++', ...flags, '-include', join(compiledHarness(), 'harness.hpp'), ...files, '-o', 'programs'],
  start: ['./programs'],
  error: /(?<file>\w+\.cpp):(?<line>\d+):\d+: (?:fatal )?error: /g,
  environment: { LC_ALL: 'C' },
});

function callsOf({ parameters, calls }: RealProgram): string {
  return calls.map(({ arguments: values, input = [] }) => {
    return `${input.map((line) => `${line}\t`).join('')}\n${values.map((value, index) => written(value, parameters[index] ?? 'any')).join(' ')}\n`;
  }).join('');
}

function written(value: unknown, type: Type): string {
  if (Array.isArray(value)) return ['l', value.length, ...value as number[]].join(' ');
  if (typeof value === 'string') return `s ${value}\t`;
  if (typeof value === 'boolean') return `b ${String(Number(value))}`;
  if (typeof value === 'number') return `i ${String(value)}`;
  throw new Error(`no argument of type ${type}: ${String(value)}`);
}
