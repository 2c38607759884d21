import type { Values, VerbGrammar } from './grammar-tree.js';

/**
 * A completion script for bash. Verbs, options and their fixed values are in the script and cost no process;
 * what only the project knows is asked of `pipelines __complete`. Needs no bash-completion package.
 */
export function bashScript(verbs: readonly VerbGrammar[]): string {
  return `\
# pipelines completion for bash: source <(pipelines completion bash)
_pipelines_options() {
  case $1 in
${verbs.map(({ name, options }) => `    '${name}') echo '${options.flatMap(({ flags }) => flags).join(' ')}' ;;`).join('\n')}
  esac
}

# What may follow an option, or stand in the n-th place of a verb: words, or a question that begins with @.
_pipelines_values() {
  case $1 in
${verbs.flatMap(placesOf).map(([place, values]) => `    ${place}) echo '${valuesText(values)}' ;;`).join('\n')}
  esac
}

_pipelines() {
  local cur=\${COMP_WORDS[COMP_CWORD]} first=\${COMP_WORDS[1]} verb values i
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${[...new Set(verbs.map(({ name }) => name.split(' ')[0] ?? ''))].join(' ')}' -- "$cur"))
    return
  fi
  verb=$first i=2
  case $first in
${groupsOf(verbs).map(([group, below]) => `    ${group})
      if ((COMP_CWORD == 2)); then
        COMPREPLY=($(compgen -W '${below.join(' ')}' -- "$cur"))
        return
      fi
      verb="$first \${COMP_WORDS[2]}" i=3
      ;;`).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$(_pipelines_options "$verb")" -- "$cur"))
    return
  fi
  values=$(_pipelines_values "$verb \${COMP_WORDS[COMP_CWORD-1]}")
  if [[ -z $values ]]; then
    local place=1
    for ((; i < COMP_CWORD; i++)); do
      if [[ \${COMP_WORDS[i]} == -* ]]; then
        [[ -n $(_pipelines_values "$verb \${COMP_WORDS[i]}") ]] && ((i++))
      else
        ((place++))
      fi
    done
    values=$(_pipelines_values "$verb $place")
  fi
  case $values in
    @none | '') ;;
    @files) compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur")) ;;
    @folders) compopt -o filenames; COMPREPLY=($(compgen -d -- "$cur")) ;;
    @params) compopt -o nospace; COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" __complete params -- "\${COMP_WORDS[@]:2}" 2>/dev/null)" -- "$cur")) ;;
    @pipelines)
      compopt -o filenames
      COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" __complete pipelines 2>/dev/null)" -- "$cur") $(compgen -f -X '!*.y?(a)ml' -- "$cur") $(compgen -d -- "$cur"))
      ;;
    @*) COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" __complete "\${values#@}" -- "\${COMP_WORDS[@]:2}" 2>/dev/null)" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$cur")) ;;
  esac
}

shopt -s extglob
complete -F _pipelines pipelines
`;
}

function placesOf({ name, options, arguments: places }: VerbGrammar): (readonly [string, Values])[] {
  return [
    ...options.flatMap(({ flags, values }) => (values === undefined ? [] : [[flags.map((flag) => `'${name} ${flag}'`).join(' | '), values] as const])),
    ...places.map(({ values }, index) => [`'${name} ${index + 1}'`, values] as const),
  ];
}

function groupsOf(verbs: readonly VerbGrammar[]): (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>();
  for (const [group = '', below] of verbs.map(({ name }) => name.split(' '))) {
    if (below !== undefined) groups.set(group, [...groups.get(group) ?? [], below]);
  }
  return [...groups];
}

function valuesText(values: Values): string {
  switch (values.kind) {
    case 'words':
      return values.words.join(' ');
    case 'ask':
      return `@${values.what}`;
    default:
      return `@${values.kind}`;
  }
}
