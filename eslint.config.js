import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

/** @typedef {{ regex: string, message: string }} Ban an import that some files must not make */

/**
 * Imports of a folder of app/, by alias or by a relative path.
 * @param {string} folder
 * @param {string} message
 * @returns {Ban}
 */
const folder = (folder, message) => ({ regex: `^(~|(\\.\\.?/)+(app/)?)/?${folder}(/|$)`, message })

/**
 * Imports of packages, given as a regular expression of their names.
 * @param {string} names
 * @param {string} message
 * @returns {Ban}
 */
const packages = (names, message) => ({ regex: `^(${names})(/|$)`, message })

/** @type {Ban} */
const serverModules = {
  regex: '\\.server$',
  message: 'Only the server may load *.server modules; this file runs elsewhere too.',
}

const routesAreEdges = folder('routes', 'Nobody imports routes: they are the edge.')
const onlyOneLogger = packages('pino', 'Log through ~/log.server, the sole logger.')
const outsideTheApp = {
  regex: '^(\\.\\.?/)+(sandbox|tests|scripts)/',
  message: 'The app knows nothing of sandbox, tests and scripts.',
}
const everywhere = [routesAreEdges, outsideTheApp]

const purity = 'The engine is a library: frameworks, databases and SDKs are bound to its ports at the composition root.'
const pure = [
  packages('@remix-run/.*|react|react-dom|express', purity),
  packages('@prisma/.*|pg|pg-boss|node-cron', purity),
  packages('@shopify/.*', purity),
  packages('(node:)?process|(node:)?fs|(node:)?timers', 'Settings, files and the clock are passed in.'),
  folder('(db|shopify|jobs|webhooks|presenters|components|monitoring)', purity),
  serverModules,
]

/** @param {Ban[]} bans */
const banImports = (...bans) => ({ 'no-restricted-imports': ['error', { patterns: bans.map((ban) => ({ ...ban })) }] })

const clockMessage = 'The clock is passed in.'
const noClock = {
  'no-restricted-syntax': [
    'error',
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: clockMessage },
    { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: clockMessage },
    { selector: "CallExpression[callee.object.name='performance']", message: clockMessage },
    {
      selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
      message: 'Randomness is passed in.',
    },
  ],
  'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval'],
}

const tests = ['**/*.test.{ts,tsx}', 'tests/**']

export default defineConfig(
  globalIgnores(['build', '.data', '.cache', 'public', 'sandbox/schema', 'test-results', 'playwright-report']),
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', 400],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // A port's answer is a promise also where an implementation has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // Ports and stores are objects of functions that use no `this`; taking one apart is fine.
      '@typescript-eslint/unbound-method': 'off',
      // `throw redirect(…)`: Remix takes thrown responses for answers.
      '@typescript-eslint/only-throw-error': ['error', { allow: ['Response'] }],
      // Event handlers and signal listeners may be async; what they reject with ends the process.
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
    },
  },
  { files: ['**/*.{js,mjs}'], extends: [tseslint.configs.disableTypeChecked], rules: { 'no-undef': 'off' } },
  { files: ['**/*.tsx', 'app/components/**'], extends: [reactHooks.configs.flat.recommended] },

  { files: ['app/**'], rules: { ...banImports(...everywhere, onlyOneLogger), 'no-console': 'error' } },
  {
    // A unit test may take its data from the sandbox: what the app ships may not.
    files: ['app/**/*.test.{ts,tsx}'],
    rules: banImports(routesAreEdges, onlyOneLogger),
  },
  {
    files: ['app/**'],
    ignores: ['app/env.server.ts', ...tests],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Settings come from ~/env.server, the sole reader of the environment.',
        },
      ],
    },
  },
  { files: ['app/log.server.ts'], rules: banImports(...everywhere) },
  {
    files: ['app/resources/**', 'app/sync/**'],
    ignores: ['**/*.server.ts', ...tests],
    rules: { ...banImports(...everywhere, onlyOneLogger, ...pure), ...noClock },
  },
  { files: ['app/components/**'], ignores: tests, rules: banImports(...everywhere, onlyOneLogger, serverModules) },
  {
    files: ['app/shopify/**'],
    ignores: tests,
    rules: banImports(...everywhere, onlyOneLogger, folder('db', 'shopify and db do not import each other.')),
  },
  {
    files: ['app/db/**'],
    ignores: tests,
    rules: banImports(...everywhere, onlyOneLogger, folder('shopify', 'shopify and db do not import each other.')),
  },
  {
    files: ['app/routes/**'],
    ignores: tests,
    rules: banImports(
      ...everywhere,
      onlyOneLogger,
      packages('@prisma/.*|pg|pg-boss', 'No SQL in routes: call a presenter or an entry point.'),
      folder('(db|db\\.server|resources)', 'Routes call presenters and the entry points of sync, webhooks and jobs.'),
    ),
  },
  {
    files: ['sandbox/**'],
    rules: banImports({ regex: '^~/|^(\\.\\.?/)+(app|scripts)/', message: 'The sandbox knows nothing of the app.' }),
  },
  {
    files: tests,
    rules: {
      // expect.any(…) and friends are typed as any, and so are JSON bodies that a test reads.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
)
