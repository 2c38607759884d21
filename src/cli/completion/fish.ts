import type { Values, VerbGrammar } from './grammar-tree.js';

/** A completion script for fish, with the descriptions of help. */
export function fishScript(verbs: readonly VerbGrammar[]): string {
  const groups = [...new Set(verbs.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0] ?? ''] : [])))];
  return `\
# pipelines completion for fish: pipelines completion fish | source
function __pipelines_ask
  set -l words (commandline -opc)
  pipelines __complete $argv[1] -- $words[2..-1] 2>/dev/null
end

# Whether the words before the cursor begin with these, and the cursor is in this place after them.
function __pipelines_at
  set -l words (commandline -opc)
  set -l verb (string split ' ' -- $argv[1])
  set -l last (math (count $verb) + 1)
  test (count $words) -ge $last; or return 1
  test "$words[2..$last]" = "$verb"; or return 1
  test (count $argv) -eq 1; and return 0
  set -l places (string match -v -- '-*' $words)
  test (math (count $places) - (count $verb)) -eq $argv[2]
end

function __pipelines_first
  test (count (commandline -opc)) -eq 1
end

complete -c pipelines -f
${[
    ...verbs.filter(({ name }) => !name.includes(' ')).map(({ name, description }) => `complete -c pipelines -n __pipelines_first -a ${name} -d ${quoted(description)}`),
    ...groups.map((group) => `complete -c pipelines -n __pipelines_first -a ${group} -d ${quoted(`verbs of ${group}`)}`),
    ...verbs.filter(({ name }) => name.includes(' ')).map(({ name, description }) => {
      const [group = '', verb = ''] = name.split(' ');
      return `complete -c pipelines -n ${quoted(`__pipelines_at ${group} 1`)} -a ${verb} -d ${quoted(description)}`;
    }),
    ...verbs.flatMap(linesOf),
  ].join('\n')}
`;
}

function linesOf({ name, options, arguments: places }: VerbGrammar): string[] {
  return [
    ...options.map(({ flags, description, values }) =>
      `complete -c pipelines -n ${quoted(`__pipelines_at "${name}"`)} ${flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ')} -d ${quoted(description)}${values === undefined ? '' : ` -r ${valuesText(values)}`}`),
    ...places.flatMap(({ values }, index) => (values.kind === 'none' ? [] : [`complete -c pipelines -n ${quoted(`__pipelines_at "${name}" ${index + 1}`)} ${valuesText(values)}`])),
  ];
}

function valuesText(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `-f -a ${quoted(values.words.join(' '))}`;
    case 'ask':
      return `${values.what === 'pipelines' ? '-F' : '-f'} -a ${quoted(`(__pipelines_ask ${values.what})`)}`;
    case 'files':
      return '-F';
    case 'folders':
      return "-f -a '(__fish_complete_directories)'";
    case 'none':
      return '-f';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
