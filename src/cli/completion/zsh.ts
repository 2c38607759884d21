import type { OptionGrammar, Values, VerbGrammar } from './grammar-tree.js';

/** A completion script for zsh, with the descriptions of help. */
export function zshScript(verbs: readonly VerbGrammar[]): string {
  const groups = [...new Set(verbs.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0] ?? ''] : [])))];
  const below = (group: string): readonly VerbGrammar[] => verbs.filter(({ name }) => name.startsWith(`${group} `)).map((verb) => ({ ...verb, name: verb.name.slice(group.length + 1) }));
  const top = verbs.filter(({ name }) => !name.includes(' '));
  return `\
#compdef pipelines
# pipelines completion for zsh: source <(pipelines completion zsh), after compinit
_pipelines_ask() {
  local -a answers=("\${(@f)$(pipelines __complete $1 -- "\${(@)words[2,-1]}" 2>/dev/null)}")
  answers=("\${(@)answers:#}")
  if [[ $1 == params ]]; then compadd -S '' -a answers; else compadd -a answers; fi
  [[ $1 == pipelines ]] && _files -g '*.(yaml|yml)'
  return 0
}

${groups.map((group) => verbFunction(`_pipelines_${group}`, below(group), [])).join('\n')}
${verbFunction('_pipelines', top, groups)}
if [[ \${funcstack[1]} == _pipelines ]]; then _pipelines "$@"; else compdef _pipelines pipelines; fi
`;
}

function verbFunction(name: string, verbs: readonly VerbGrammar[], groups: readonly string[]): string {
  const described = [...verbs.map((verb) => [verb.name, verb.description] as const), ...groups.map((group) => [group, `verbs of ${group}`] as const)];
  return `\
${name}() {
  local curcontext=$curcontext state line
  local -a verbs=(
${described.map(([verb, description]) => `    ${quoted(`${verb}:${description.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  _arguments -C '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t verbs verb verbs ;;
    rest)
      case $words[1] in
${[...verbs.map(argumentsCase), ...groups.map((group) => `        ${group}) _pipelines_${group} ;;`)].join('\n')}
      esac
      ;;
  esac
}
`;
}

function argumentsCase({ name, options, arguments: places }: VerbGrammar): string {
  const specifications = [
    ...options.flatMap(optionSpecifications),
    ...places.map((place, index) => quoted(`${place.variadic ? '*' : index + 1}:${place.name}:${action(place.values)}`)),
  ];
  return `        ${name}) _arguments ${specifications.join(' ')} ;;`;
}

function optionSpecifications({ flags, description, values }: OptionGrammar): string[] {
  const text = description.replaceAll(/[[\]\\:]/g, String.raw`\$&`);
  return flags.map((flag) => quoted(`*${flag}[${text}]${values === undefined ? '' : `:value:${action(values)}`}`));
}

function action(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'ask':
      // The space keeps zsh from putting options of its own before the question.
      return ` _pipelines_ask ${values.what}`;
    case 'files':
      return '_files';
    case 'folders':
      return '_files -/';
    case 'none':
      return ' ';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
