/** Fresh databases, quickly: each is a copy of one that was migrated once. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { migrateUp, underMigrationLock } from '../../adapters/knex/migrate.ts'
import { migrationSource } from '../../migrations/index.ts'
import { postgres } from './postgres.ts'
import type { PostgresServer } from './postgres.ts'

/** A database with the schema and nothing in it. */
export interface FreshDatabase {
  readonly storage: string
  readonly drop: () => Promise<void>
}

export const connection = { poolSize: 20, acquireTimeout: 5000, synchronous: 'NORMAL' } as const

const migrated = (storage: string): Promise<readonly string[]> =>
  underMigrationLock(storage, () => migrateUp({ ...connection, storage, source: migrationSource }))

let count = 0
const nextName = (): string => {
  count += 1
  return `library_${String(process.pid)}_${String(count)}`
}

/** A path in a folder that goes with the process. */
const templatePath = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'library-template-'))
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true })
  })
  return join(folder, 'library.sqlite')
}

let sqliteTemplate: Promise<string> | null = null

const makeSqliteTemplate = async (): Promise<string> => {
  const path = templatePath()
  await migrated(`sqlite:${path}`)
  return path
}

const copyOf = (template: string): FreshDatabase => {
  const folder = mkdtempSync(join(tmpdir(), 'library-sqlite-'))
  const path = join(folder, 'library.sqlite')
  copyFileSync(template, path)
  return {
    storage: `sqlite:${path}`,
    drop: () => {
      rmSync(folder, { recursive: true, force: true })
      return Promise.resolve()
    },
  }
}

export const freshSqlite = async (): Promise<FreshDatabase> => {
  sqliteTemplate ??= makeSqliteTemplate()
  return copyOf(await sqliteTemplate)
}

/** Of one that nobody writes into any more, and which is dropped. */
export const copiesOfSqlite = async ({
  storage,
  drop,
}: FreshDatabase): Promise<() => Promise<FreshDatabase>> => {
  const template = templatePath()
  const first = new Sqlite(storage.replace('sqlite:', ''))
  // With what is still in its log.
  first.prepare('vacuum into ?').run(template)
  first.close()
  await drop()
  return () => Promise.resolve(copyOf(template))
}

let postgresTemplate: Promise<string> | null = null

const newDatabase = async (server: PostgresServer): Promise<string> => {
  const name = nextName()
  await server.admin(`create database ${name}`)
  await migrated(server.url(name))
  return name
}

/** On a server of its own. */
export const freshOn = async (server: PostgresServer): Promise<FreshDatabase> => ({
  storage: server.url(await newDatabase(server)),
  drop: () => server.stop(),
})

export const freshPostgres = async (): Promise<FreshDatabase> => {
  const server = await postgres()
  postgresTemplate ??= newDatabase(server)
  const template = await postgresTemplate
  const name = nextName()
  // By files: through the log, which is the default, every page of the template is written a second time.
  await server.admin(`create database ${name} template ${template} strategy file_copy`)
  return {
    storage: server.url(name),
    drop: () => server.admin(`drop database if exists ${name} with (force)`),
  }
}
