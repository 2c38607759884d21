import tseslint from 'typescript-eslint';

// The floors of the house: a file imports only from its own floor's folder or from lower floors.
const floors = [
  ['engine'],
  ['model', 'languages', 'corpus'],
  ['tasks'],
  ['library'],
  ['reporters'],
  ['server'],
  ['cli'],
];

/** What the folder may not import: every folder on a higher floor, and its neighbours on the same floor. */
function forbiddenFor(folder) {
  const floor = floors.findIndex((names) => names.includes(folder));
  return floors.flatMap((names, index) => (index >= floor ? names.filter((name) => name !== folder) : []));
}

const floorRules = floors.flat().filter((folder) => forbiddenFor(folder).length > 0).map((folder) => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [{
        regex: `(^|/)\\.\\./(${forbiddenFor(folder).join('|')})(/|$)`,
        message: `src/${folder} imports only from its own folder or from lower floors (CONTRIBUTING.md, "Floors").`,
      }],
    }],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'cache/', 'artifacts/', 'coverage/'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  ...floorRules,
);
