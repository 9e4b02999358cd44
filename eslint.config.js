import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

// The rules of our own. tests/architecture/lint-rules.test.ts fails for a restriction without a sample it bites.

const outside = 'The core is given this by whoever calls it: a port, or an argument.'
const IMPURE_GLOBALS = {
  Date: 'Time comes from the Clock port and is computed in core/shared/local-time.ts.',
  performance: 'Time comes from the Clock port.',
  setTimeout: outside,
  setInterval: outside,
  setImmediate: outside,
  queueMicrotask: outside,
  crypto: outside,
  process: outside,
  console: outside,
  fetch: outside,
  Buffer: 'Bytes are for adapters.',
  Promise: 'The core speaks TaskEither (core/shared/fp.ts).',
  globalThis: 'No way around the other restrictions.',
  global: 'No way around the other restrictions.',
}

const PURE_CORE = {
  'no-restricted-globals': [
    'error',
    ...Object.entries(IMPURE_GLOBALS).map(([name, message]) => ({ name, message })),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'Chance comes from a port.' },
    { object: 'Temporal', property: 'Now', message: 'Time comes from the Clock port.' },
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: 'TSTypeReference > Identifier.typeName[name="Date"]',
      message: 'A Date can be changed by whoever holds it: use the types of core/shared/local-time.ts.',
    },
    {
      selector: ':matches(ClassDeclaration, ClassExpression)',
      message: 'The core has no classes: a readonly type and functions.',
    },
    { selector: 'Decorator', message: 'No decorators in the core.' },
    {
      selector: ':function[async=true]',
      message: 'The core does not wait: it describes the work as a TaskEither.',
    },
    { selector: 'AwaitExpression', message: 'The core does not wait: use TE.flatMap.' },
    {
      selector: 'ForOfStatement[await=true]',
      message: 'The core does not wait: use the sequential traversals of TaskEither.',
    },
    {
      selector: 'ThrowStatement',
      message: 'What may be refused returns an Either; what cannot happen needs no throw.',
    },
    { selector: 'MetaProperty[meta.name="import"]', message: 'The core does not know where it lies.' },
  ],
}

/** The calls whose first argument is SQL, of Knex, pg and better-sqlite3. */
const SQL_CALL =
  'CallExpression:matches(' +
  [
    '[callee.property.name=/^(?:raw|[a-z]\\w*Raw|prepare|query|exec)$/]',
    '[callee.property.value=/^(?:raw|[a-z]\\w*Raw|prepare|query|exec)$/]',
    '[callee.name=/^(?:raw|[a-z]\\w*Raw)$/]',
  ].join(', ') +
  ')'
const bound = 'SQL takes values as bound parameters only (`?` and a list of values).'

const BOUND_SQL = {
  'no-restricted-syntax': [
    'error',
    {
      selector: `${SQL_CALL} > TemplateLiteral.arguments:first-child[expressions.length>0]`,
      message: `${bound} No template with values in it.`,
    },
    {
      selector: `${SQL_CALL} > BinaryExpression.arguments:first-child[operator="+"]`,
      message: `${bound} No concatenation.`,
    },
    {
      selector: `${SQL_CALL} > CallExpression.arguments:first-child[callee.property.name="concat"]`,
      message: `${bound} No concat().`,
    },
    {
      selector: `${SQL_CALL} > TaggedTemplateExpression.arguments:first-child[quasi.expressions.length>0]`,
      message: `${bound} No tagged template with values in it.`,
    },
    {
      selector: `${SQL_CALL} > :matches(ConditionalExpression, LogicalExpression).arguments:first-child > :matches(TemplateLiteral[expressions.length>0], BinaryExpression[operator="+"])`,
      message: `${bound} Neither in a branch.`,
    },
    {
      selector: `${SQL_CALL} > ObjectExpression.arguments:first-child > Property[key.name="text"] > :matches(TemplateLiteral[expressions.length>0], BinaryExpression[operator="+"])`,
      message: `${bound} Neither as the text of a prepared statement.`,
    },
  ],
}

const typescript = {
  files: ['**/*.ts'],
  extends: [
    js.configs.recommended,
    tseslint.configs.strictTypeChecked,
    tseslint.configs.stylisticTypeChecked,
  ],
  languageOptions: {
    parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
  },
  rules: {
    eqeqeq: 'error',
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: '^fp-ts(?!/lib/\\w+\\.js$)',
            message: 'Only `fp-ts/lib/….js` resolves under ES modules.',
          },
        ],
      },
    ],
    '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
    '@typescript-eslint/consistent-type-exports': 'error',
    '@typescript-eslint/consistent-type-imports': 'error',
    '@typescript-eslint/no-import-type-side-effects': 'error',
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    // A string spreads into its characters, which is what is meant.
    '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
    '@typescript-eslint/no-unused-vars': [
      'error',
      { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
    ],
    // A TaskEither may answer nothing: `TaskEither<E, void>`, also in a union.
    '@typescript-eslint/no-invalid-void-type': 'off',
    // A thunk that happens not to wait is still a Task.
    '@typescript-eslint/require-await': 'off',
    // The types of winston name one class by two names.
    '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    // Where an index cannot miss, `as Row` says what is there; `!` is not allowed in the product.
    '@typescript-eslint/non-nullable-type-assertion-style': 'off',
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  },
}

export default defineConfig([
  // The client is compiled against types that its test makes (openapi-tools.test.ts).
  globalIgnores(['dist/', 'coverage/', 'data/', 'tests/http/openapi-client/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  typescript,
  { files: ['core/**/*.ts'], rules: PURE_CORE },
  {
    // Makers of branded values name a kind that only their result has.
    files: ['core/shared/**/*.ts'],
    rules: { '@typescript-eslint/no-unnecessary-type-parameters': 'off' },
  },
  { files: ['adapters/**/*.ts', 'app/**/*.ts', 'migrations/**/*.ts'], rules: BOUND_SQL },
  {
    files: ['tests/**/*.ts'],
    rules: {
      // chai: expect(x).to.be.true
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [js.configs.recommended],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  { files: ['**/*.cjs'], languageOptions: { globals: { module: 'readonly', require: 'readonly' } } },
])
