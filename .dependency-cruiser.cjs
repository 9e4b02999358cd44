/**
 * Who may import what. `npm run imports` checks the tree; tests/architecture/import-rules.test.ts plants a
 * violation of every rule below and sees that it bites, so a rule added here needs a probe there.
 * Each forbidden import is reported under one name: a rule leaves out what a narrower one already covers.
 */

/** A context of the core, and the other contexts it may know (the graph is acyclic). */
const CONTEXTS = {
  shared: [],
  identity: [],
  branches: [],
  catalogue: [],
  members: ['identity'], // a member's names let him in, and his sessions end with his status
  settings: [],
  operations: [],
  digital: [],
  interlibrary: [],
  reporting: [],
  accounts: ['members', 'branches'],
  circulation: ['members', 'accounts', 'catalogue', 'branches', 'settings'],
  notices: [], // reads the events of all, see below
  privacy: 'all',
}

/** What each context may know of the others beside the graph. */
const KNOWN_TO_ALL = ['^core/shared/', '^core/identity/(?:actor|audit|permissions)\\.ts$']

/** Packages of each adapter. A new adapter takes a line here before it may import a package. */
const ADAPTER_PACKAGES = {
  http: [
    'koa',
    '@koa/router',
    'koa-helmet',
    'io-ts',
    'validator',
    'libphonenumber-js',
    'uqr',
    // Its files are served, from the folder that app hands in.
    'swagger-ui-dist',
  ],
  'simple-http': ['koa', '@koa/router', '@koa/bodyparser', 'io-ts'],
  knex: ['knex', 'pg', 'better-sqlite3', 'io-ts'],
  memory: ['io-ts'],
  security: [
    'paseto',
    'bcryptjs',
    'piscina',
    'otplib',
    '@zxcvbn-ts/core',
    '@zxcvbn-ts/language-common',
    '@zxcvbn-ts/language-en',
  ],
  logging: ['winston'],
  jobs: ['node-cron'],
  csv: ['csv-parse'],
}

/** Packages with a single door in the repository. */
const DOORS = {
  'fp-ts': '^core/shared/fp\\.ts$',
  'temporal-polyfill': '^core/shared/local-time\\.ts$',
}
const WIRING = ['inversify', '@inversifyjs/[^/]+', 'reflect-metadata']

const ANY_PACKAGE = '(?:^|/)node_modules/'
const packages = names => names.map(name => `${ANY_PACKAGE}${name}/`)
/** Dev dependencies, doors and wiring have rules of their own. */
const GUARDED_ELSEWHERE = packages([...Object.keys(DOORS), ...WIRING])

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

const forbidPackages = (name, comment, from, allowed) =>
  forbid(name, comment, from, {
    path: ANY_PACKAGE,
    pathNot: [...packages(allowed), ...GUARDED_ELSEWHERE],
    dependencyTypesNot: ['npm-dev'],
    couldNotResolve: false,
  })

/** Files of the repository outside the named folders. */
const forbidFilesBut = (name, comment, from, folders) =>
  forbid(name, comment, from, {
    pathNot: [...folders, '^tests/', ANY_PACKAGE],
    dependencyTypesNot: ['core'],
    couldNotResolve: false,
  })

const everywhere = [
  forbid('no-circular', 'A cycle has no first file to read, types included.', {}, { circular: true }),
  forbid(
    'no-unresolvable',
    'What cannot be resolved escapes every other rule.',
    {},
    { couldNotResolve: true },
  ),
  forbid(
    'no-tests-outside-tests',
    'The product does not import its tests.',
    { pathNot: '^tests/' },
    { path: '^tests/' },
  ),
  forbid(
    'no-dev-dependencies',
    'The product runs on an installation without dev dependencies.',
    { path: '^(?:core|adapters|app|migrations)/' },
    { dependencyTypes: ['npm-dev'] },
  ),
  ...Object.entries(DOORS).map(([name, door]) =>
    forbid(
      `${name}-through-one-door`,
      `Only ${door.replace(/[\\^$]/g, '')} imports ${name}; everyone else, tests included, imports that file.`,
      { pathNot: door },
      { path: packages([name]) },
    ),
  ),
  forbid(
    'wiring-only-in-app',
    'Inversify and reflect-metadata live in app/ only (a test of the container may use them).',
    { pathNot: ['^app/', '^tests/'] },
    { path: packages(WIRING) },
  ),
]

const core = [
  forbidFilesBut('core-knows-only-core', 'The core knows no adapter and no wiring.', { path: '^core/' }, [
    '^core/',
  ]),
  forbid(
    'core-no-builtins',
    'The core does no I/O and asks no clock: no module of Node.',
    { path: '^core/' },
    { dependencyTypes: ['core'] },
  ),
  forbidPackages(
    'core-no-packages',
    'The core imports no package but the two behind doors in core/shared.',
    { path: '^core/' },
    [],
  ),
  forbid(
    'core-use-cases-apart',
    'A use case never imports another; what two of them share is a function in the context’s file.',
    { path: '^core/[^/]+/use-cases/' },
    { path: '^core/[^/]+/use-cases/' },
  ),
  forbid(
    'core-graph-notices',
    'Notices read the events of every context, nothing else of them.',
    { path: '^core/notices/' },
    { path: '^core/', pathNot: ['^core/notices/', '^core/[^/]+/events\\.ts$', ...KNOWN_TO_ALL] },
  ),
  forbid(
    'core-graph-shared',
    'core/shared is known by all and knows nobody.',
    { path: '^core/shared/' },
    { path: '^core/', pathNot: '^core/shared/' },
  ),
  ...Object.entries(CONTEXTS)
    .filter(([context, known]) => known !== 'all' && !['notices', 'shared'].includes(context))
    .map(([context, known]) =>
      forbid(
        `core-graph-${context}`,
        `${context} may know ${[...known, 'shared', 'the actor, the audit and the permissions of identity'].join(', ')}.`,
        { path: `^core/${context}/` },
        {
          path: '^core/',
          pathNot: [...[context, ...known].map(name => `^core/${name}/`), ...KNOWN_TO_ALL],
          couldNotResolve: false,
        },
      ),
    ),
  forbid(
    'core-graph-unlisted',
    'A context that is not in the graph knows nobody: put it into CONTEXTS first.',
    { path: '^core/([^/]+)', pathNot: `^core/(?:${Object.keys(CONTEXTS).join('|')})/` },
    { path: '^core/', pathNot: ['^core/$1/', ...KNOWN_TO_ALL] },
  ),
]

const adapters = [
  forbid(
    'adapters-apart',
    'An adapter never imports another adapter.',
    { path: '^adapters/([^/]+)' },
    { path: '^adapters/', pathNot: '^adapters/$1/' },
  ),
  forbidFilesBut(
    'adapters-know-only-core',
    'An adapter knows the core and its own folder: no app, no migrations.',
    { path: '^adapters/' },
    ['^core/', '^adapters/'],
  ),
  ...Object.entries(ADAPTER_PACKAGES).map(([adapter, allowed]) =>
    forbidPackages(
      `adapter-packages-${adapter}`,
      `Packages of adapters/${adapter}: ${allowed.join(', ')}.`,
      { path: `^adapters/${adapter}/` },
      allowed,
    ),
  ),
  forbidPackages(
    'adapter-packages-unlisted',
    'An adapter without a line in ADAPTER_PACKAGES imports no package.',
    { path: '^adapters/', pathNot: `^adapters/(?:${Object.keys(ADAPTER_PACKAGES).join('|')})/` },
    [],
  ),
]

const MIGRATION = { path: '^migrations/', pathNot: '^migrations/seeds/' }
const SEED = { path: '^migrations/seeds/' }

const migrations = [
  forbidFilesBut(
    'migrations-know-only-themselves',
    'A migration must do in ten years what it does today: it imports no code that changes.',
    MIGRATION,
    ['^migrations/[^/]+$'],
  ),
  forbidPackages('migrations-packages', 'Migrations import no package but knex.', MIGRATION, ['knex']),
  forbid('migrations-knex-types-only', 'Migrations take types of knex, they do not run it.', MIGRATION, {
    path: packages(['knex']),
    dependencyTypesNot: ['type-only'],
  }),
  forbid('migrations-no-builtins', 'A migration speaks to the database only.', MIGRATION, {
    dependencyTypes: ['core'],
  }),
  forbidFilesBut('seeds-know-only-core', 'Sample data is made with the core’s types only.', SEED, [
    '^core/',
    '^migrations/seeds/',
  ]),
  forbidPackages('seeds-no-packages', 'Sample data needs no package.', SEED, []),
  forbid('seeds-no-builtins', 'Sample data is written down, not read or computed from the machine.', SEED, {
    dependencyTypes: ['core'],
  }),
]

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...everywhere, ...core, ...adapters, ...migrations],
  options: {
    doNotFollow: { path: ANY_PACKAGE },
    // Its types are made when its test runs: see tests/http/openapi-tools.test.ts.
    exclude: { path: '^tests/http/openapi-client/' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    skipAnalysisNotInRules: true,
    // Without these, rules about packages that are ES modules only never fire.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
