import { expect } from 'chai'
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const folders = ['core', 'adapters', 'app', 'migrations', 'tests']

/** A file that breaks a rule, and the line it breaks it with. */
type Probe = readonly [rule: string, from: string, line: string]

const probes: readonly Probe[] = [
  ['no-circular', 'core/members/circle.ts', "import type { Other } from './circled.ts'"],
  ['no-unresolvable', 'app/gone.ts', "import './nowhere.ts'"],
  ['no-unresolvable', 'core/members/gone.ts', "import 'a-package-nobody-wrote'"],
  ['no-unresolvable', 'adapters/http/gone.ts', "import 'a-package-nobody-wrote'"],
  ['no-tests-outside-tests', 'core/members/tested.ts', "import '../../tests/support/world.ts'"],
  ['no-tests-outside-tests', 'adapters/http/tested.ts', "import '../../tests/support/world.ts'"],
  ['no-tests-outside-tests', 'app/tested.ts', "import '../tests/support/world.ts'"],
  ['no-tests-outside-tests', 'migrations/0009-tested.ts', "import '../tests/support/world.ts'"],
  ['no-dev-dependencies', 'core/members/developed.ts', "import 'chai'"],
  ['no-dev-dependencies', 'adapters/http/developed.ts', "import 'chai'"],
  ['no-dev-dependencies', 'adapters/mail/developed.ts', "import 'chai'"],
  ['no-dev-dependencies', 'app/developed.ts', "import 'chai'"],
  ['no-dev-dependencies', 'migrations/0009-developed.ts', "import 'chai'"],
  ['fp-ts-through-one-door', 'core/members/fp.ts', "import 'fp-ts/lib/Either.js'"],
  ['fp-ts-through-one-door', 'core/shared/local-time.ts', "import 'fp-ts/lib/Either.js'"],
  ['fp-ts-through-one-door', 'adapters/http/fp.ts', "import type { Either } from 'fp-ts/lib/Either.js'"],
  ['fp-ts-through-one-door', 'app/fp.ts', "import 'fp-ts'"],
  ['fp-ts-through-one-door', 'tests/core/fp.test.ts', "import 'fp-ts/lib/Either.js'"],
  ['temporal-polyfill-through-one-door', 'core/branches/time.ts', "import 'temporal-polyfill'"],
  ['temporal-polyfill-through-one-door', 'core/shared/fp.ts', "import 'temporal-polyfill'"],
  ['temporal-polyfill-through-one-door', 'adapters/http/time.ts', "import 'temporal-polyfill'"],
  ['wiring-only-in-app', 'core/members/wired.ts', "import 'inversify'"],
  ['wiring-only-in-app', 'adapters/http/wired.ts', "import 'reflect-metadata'"],
  ['wiring-only-in-app', 'adapters/mail/wired.ts', "import type { Container } from 'inversify'"],

  ['core-knows-only-core', 'core/members/adapted.ts', "import '../../adapters/memory/members.ts'"],
  ['core-knows-only-core', 'core/members/started.ts', "import type { Config } from '../../app/config.ts'"],
  ['core-knows-only-core', 'core/members/migrated.ts', "import '../../migrations/0001-first.ts'"],
  ['core-knows-only-core', 'core/members/rooted.ts', "import '../../package.json' with { type: 'json' }"],
  ['core-no-builtins', 'core/members/node.ts', "import { randomUUID } from 'node:crypto'"],
  ['core-no-builtins', 'core/members/prefixed.ts', "import type { TestContext } from 'node:test'"],
  ['core-no-builtins', 'core/members/got.ts', "process.getBuiltinModule('node:fs')"],
  ['core-no-packages', 'core/members/packed.ts', "import type { Knex } from 'knex'"],
  ['core-no-packages', 'core/catalogue/isbn.ts', "import 'validator'"],
  ['core-no-packages', 'core/catalogue/late.ts', "export const late = () => import('io-ts')"],
  ['core-use-cases-apart', 'core/members/use-cases/calls.ts', "import './join.ts'"],
  ['core-use-cases-apart', 'core/accounts/use-cases/calls.ts', "import '../../members/use-cases/join.ts'"],
  ['core-graph-shared', 'core/shared/knowing.ts', "import '../identity/actor.ts'"],
  ['core-graph-identity', 'core/identity/knowing.ts', "import '../members/member.ts'"],
  ['core-graph-branches', 'core/branches/knowing.ts', "import '../circulation/events.ts'"],
  ['core-graph-catalogue', 'core/catalogue/knowing.ts', "import '../circulation/events.ts'"],
  ['core-graph-members', 'core/members/knowing.ts', "import type { Fine } from '../accounts/events.ts'"],
  ['core-graph-catalogue', 'core/catalogue/knowing-sessions.ts', "import '../identity/session.ts'"],
  ['core-graph-settings', 'core/settings/knowing.ts', "import '../branches/branch.ts'"],
  ['core-graph-operations', 'core/operations/knowing.ts', "import '../circulation/events.ts'"],
  ['core-graph-digital', 'core/digital/knowing.ts', "import '../catalogue/events.ts'"],
  ['core-graph-interlibrary', 'core/interlibrary/knowing.ts', "import '../catalogue/events.ts'"],
  ['core-graph-reporting', 'core/reporting/knowing.ts', "import '../circulation/events.ts'"],
  ['core-graph-accounts', 'core/accounts/knowing.ts', "import '../circulation/events.ts'"],
  ['core-graph-circulation', 'core/circulation/knowing.ts', "import '../notices/reminders.ts'"],
  ['core-graph-notices', 'core/notices/knowing.ts', "import '../members/member.ts'"],
  ['core-graph-unlisted', 'core/cafe/knowing.ts', "import '../members/member.ts'"],
  ['core-graph-unlisted', 'core/flat.ts', "import './members/member.ts'"],

  ['adapters-apart', 'adapters/http/neighbour.ts', "import '../memory/members.ts'"],
  ['adapters-apart', 'adapters/flat.ts', "import type { Members } from './memory/members.ts'"],
  ['adapters-know-only-core', 'adapters/http/started.ts', "import '../../app/config.ts'"],
  ['adapters-know-only-core', 'adapters/knex/migrated.ts', "import '../../migrations/0001-first.ts'"],
  ['adapter-packages-http', 'adapters/http/packed.ts', "import type { Knex } from 'knex'"],
  ['adapters-apart', 'adapters/simple-http/neighbour.ts', "import '../http/server.ts'"],
  ['adapter-packages-simple-http', 'adapters/simple-http/packed.ts', "import 'koa-helmet'"],
  ['adapter-packages-knex', 'adapters/knex/packed.ts', "import 'winston'"],
  ['adapter-packages-memory', 'adapters/memory/packed.ts', "import 'better-sqlite3'"],
  ['adapter-packages-security', 'adapters/security/packed.ts', "import 'io-ts'"],
  ['adapter-packages-logging', 'adapters/logging/packed.ts', "import type { Context } from 'koa'"],
  ['adapter-packages-jobs', 'adapters/jobs/packed.ts', "import 'knex'"],
  ['adapter-packages-csv', 'adapters/csv/packed.ts', "import 'io-ts'"],
  ['adapter-packages-unlisted', 'adapters/mail/packed.ts', "import 'io-ts'"],
  ['adapter-packages-unlisted', 'adapters/packed.ts', "import 'io-ts'"],

  ['migrations-know-only-themselves', 'migrations/0009-core.ts', "import '../core/members/member.ts'"],
  ['migrations-know-only-themselves', 'migrations/0009-seed.ts', "import './seeds/books.ts'"],
  ['migrations-know-only-themselves', 'migrations/0009-knex.ts', "import '../adapters/memory/members.ts'"],
  ['migrations-packages', 'migrations/0009-packed.ts', "import 'pg'"],
  ['migrations-knex-types-only', 'migrations/0009-runs.ts', "import knex from 'knex'"],
  ['migrations-no-builtins', 'migrations/0009-node.ts', "import 'node:fs'"],
  ['seeds-know-only-core', 'migrations/seeds/adapted.ts', "import '../../adapters/memory/members.ts'"],
  ['seeds-know-only-core', 'migrations/seeds/migrated.ts', "import '../0001-first.ts'"],
  ['seeds-no-packages', 'migrations/seeds/packed.ts', "import type { Knex } from 'knex'"],
  ['seeds-no-builtins', 'migrations/seeds/node.ts', "import 'node:fs'"],
]

/** Everything the rules allow, and what the probes reach for. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'core/shared/fp.ts': ["export * as E from 'fp-ts/lib/Either.js'"],
  'core/shared/local-time.ts': ["import { Temporal } from 'temporal-polyfill'"],
  'core/shared/id.ts': ["import './fp.ts'"],
  'core/identity/actor.ts': ["import '../shared/id.ts'"],
  'core/identity/permissions.ts': ["import './actor.ts'"],
  'core/identity/session.ts': ["import './actor.ts'"],
  'core/branches/branch.ts': ["import '../shared/local-time.ts'", "import '../identity/permissions.ts'"],
  'core/members/member.ts': ["import '../shared/id.ts'"],
  'core/members/events.ts': [],
  'core/members/circle.ts': [],
  'core/members/circled.ts': ["import './circle.ts'"],
  'core/members/use-cases/join.ts': ["import '../member.ts'", "import '../../identity/actor.ts'"],
  'core/catalogue/book.ts': ["import '../shared/id.ts'"],
  'core/catalogue/events.ts': [],
  'core/accounts/fine.ts': ["import '../members/member.ts'", "import '../branches/branch.ts'"],
  'core/accounts/events.ts': [],
  'core/circulation/loan.ts': [
    "import '../members/member.ts'",
    "import '../accounts/fine.ts'",
    "import '../catalogue/book.ts'",
    "import '../branches/branch.ts'",
    "import '../settings/settings.ts'",
  ],
  'core/settings/settings.ts': ["import '../identity/permissions.ts'"],
  'core/circulation/events.ts': [],
  'core/circulation/use-cases/check-out.ts': ["import '../loan.ts'", "import '../../members/member.ts'"],
  'core/notices/reminders.ts': [
    "import '../circulation/events.ts'",
    "import '../members/events.ts'",
    "import '../shared/fp.ts'",
  ],
  'core/reporting/report.ts': ["import '../identity/permissions.ts'"],
  'core/privacy/erase.ts': [
    "import '../circulation/loan.ts'",
    "import '../members/member.ts'",
    "import '../notices/reminders.ts'",
  ],
  'adapters/http/server.ts': [
    "import Koa from 'koa'",
    "import type { Context } from 'koa'",
    "import Router from '@koa/router'",
    "import helmet from 'koa-helmet'",
    "import * as t from 'io-ts'",
    "import validator from 'validator'",
    "import 'libphonenumber-js'",
    "import { createServer } from 'node:http'",
    "import '../../core/circulation/use-cases/check-out.ts'",
    "import './views/loan.ts'",
  ],
  'adapters/http/views/loan.ts': ["import '../../../core/shared/fp.ts'"],
  'adapters/simple-http/simple-api.ts': [
    "import type { Context } from 'koa'",
    "import Router from '@koa/router'",
    "import { bodyParser } from '@koa/bodyparser'",
    "import * as t from 'io-ts'",
    "import { STATUS_CODES } from 'node:http'",
    "import '../../core/circulation/use-cases/check-out.ts'",
  ],
  'adapters/knex/connect.ts': [
    "import knex from 'knex'",
    "import type { Knex } from 'knex'",
    "import pg from 'pg'",
    "import Database from 'better-sqlite3'",
    "import 'io-ts'",
  ],
  'adapters/memory/members.ts': ["import 'io-ts'", "import '../../core/members/member.ts'"],
  'adapters/security/bcrypt.ts': [
    "import 'bcryptjs'",
    "import 'piscina'",
    "import 'paseto'",
    "import 'paseto/v4/public'",
    "import 'node:crypto'",
  ],
  'adapters/logging/winston.ts': ["import winston from 'winston'"],
  'adapters/jobs/outbox.ts': ["import 'node-cron'"],
  'adapters/csv/books.ts': ["import { parse } from 'csv-parse'"],
  'adapters/mail/outbox.ts': ["import '../../core/notices/reminders.ts'"],
  'app/config.ts': ["import 'io-ts'", "import 'node:process'"],
  'app/main.ts': [
    "import 'reflect-metadata'",
    "import { Container } from 'inversify'",
    "import './config.ts'",
    "import '../adapters/http/server.ts'",
    "import '../adapters/knex/connect.ts'",
    "import '../core/circulation/use-cases/check-out.ts'",
    "import '../migrations/0001-first.ts'",
  ],
  'migrations/0001-first.ts': ["import type { Knex } from 'knex'", "import './columns.ts'"],
  'migrations/columns.ts': ["import type { Knex } from 'knex'"],
  'migrations/seeds/books.ts': ["import type { Book } from '../../core/catalogue/book.ts'"],
  'migrations/seeds/all.ts': ["import './books.ts'"],
  'tests/support/world.ts': [
    "import { expect } from 'chai'",
    "import { Container } from 'inversify'",
    "import '../../app/main.ts'",
    "import '../../adapters/memory/members.ts'",
    "import '../../core/members/use-cases/join.ts'",
    "import '../../migrations/seeds/all.ts'",
  ],
}

const { forbidden = [], options = {} } = await extractConfig(join(repository, '.dependency-cruiser.cjs'))

const look = async (baseDir: string): Promise<ICruiseResult> => {
  const { output } = await cruise([...folders], {
    ...options,
    baseDir,
    validate: true,
    ruleSet: { forbidden },
  })
  if (typeof output === 'string') throw new Error(output)
  return output
}

/** With or without `node:`, as builtins are reported now this way, now that. */
const violation = (rule: string, from: string, to: string): string =>
  `${rule}: ${from} -> ${to.replace(/^node:/, '')}`

const violations = ({ summary }: ICruiseResult): string[] =>
  summary.violations
    .map(({ from, to, unresolvedTo, rule }) => violation(rule.name, from, unresolvedTo ?? to))
    .sort()

/** The one quoted name a line imports. */
const importedBy = (line: string): string =>
  /(?:import|from|import\(|Module\() ?'([^']+)'/.exec(line)?.[1] ?? line

const edges = ({ modules }: ICruiseResult): number =>
  modules.reduce((sum, { dependencies }) => sum + dependencies.length, 0)

const nameOf = ({ name }: IForbiddenRuleType): string => name ?? 'a rule without a name'

describe('import rules', () => {
  const planted: string[] = []

  /** A tree of its own with this repository's packages. */
  const plant = (files: Readonly<Record<string, readonly string[]>>): string => {
    const tree = mkdtempSync(join(tmpdir(), 'import-rules-'))
    planted.push(tree)
    symlinkSync(join(repository, 'node_modules'), join(tree, 'node_modules'), 'dir')
    copyFileSync(join(repository, 'package.json'), join(tree, 'package.json'))
    for (const [file, lines] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, file)), { recursive: true })
      writeFileSync(join(tree, file), [...lines, 'export {}', ''].join('\n'))
    }
    return tree
  }

  after(() => {
    for (const tree of planted) rmSync(tree, { recursive: true, force: true })
  })

  it('has a probe for every rule and a rule for every probe', () => {
    const probed = new Set(probes.map(([rule]) => rule))
    expect([...probed].sort()).to.deep.equal(forbidden.map(nameOf).sort())
  })

  it('lets the whole allowed tree pass', async () => {
    const seen = await look(plant(allowed))
    expect(violations(seen)).to.deep.equal([])
    expect(edges(seen)).to.equal(Object.values(allowed).flat().length)
  }).timeout(60_000)

  it('reports each planted violation under exactly its rule', async () => {
    const files = new Map(Object.entries(allowed))
    for (const [, from, line] of probes) files.set(from, [...(files.get(from) ?? []), line])
    const seen = await look(plant(Object.fromEntries(files)))
    expect(violations(seen)).to.deep.equal(
      probes.map(([rule, from, line]) => violation(rule, from, importedBy(line))).sort(),
    )
  }).timeout(60_000)

  it('finds no violation in this repository, having seen its modules', async () => {
    const seen = await look(repository)
    expect(seen.summary.totalCruised).to.be.greaterThan(20)
    expect(edges(seen)).to.be.greaterThan(20)
    expect(violations(seen)).to.deep.equal([])
  }).timeout(60_000)
})
