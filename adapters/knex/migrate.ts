/** Brings a database to the schema of this program: one process at a time, and a killed one blocks nobody. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import BetterSqlite3 from 'better-sqlite3'
import type { Knex } from 'knex'
import pg from 'pg'
import { connect } from './connect.ts'
import type { ConnectOptions } from './connect.ts'

/** Any number that no other program on the database uses for a lock of its own. */
const advisoryLock = 7_301_126

/** Where the migrations that were run are written down. */
const doneTable = 'schema_migrations'

/** Milliseconds to wait for another process that migrates or loads the sample library. */
const patience = 300_000

/**
 * Runs while no other process does under the same lock. The lock lies with a connection, so that it ends with the
 * process: unlike a row in a table, it cannot be left behind by a crash.
 */
export const underMigrationLock = <A>(storage: string, run: () => Promise<A>): Promise<A> =>
  storage.startsWith('sqlite:')
    ? lockedByFile(`${storage.slice('sqlite:'.length)}.lock`, run)
    : lockedByServer(storage, run)

const lockedByFile = async <A>(path: string, run: () => Promise<A>): Promise<A> => {
  mkdirSync(dirname(path), { recursive: true })
  const lock = new BetterSqlite3(path)
  try {
    lock.pragma('busy_timeout = 0')
    const deadline = Date.now() + patience
    while (!taken(lock)) {
      if (Date.now() > deadline) throw new Error(`Another process has held ${path} for too long`)
      await wait(50)
    }
    return await run()
  } finally {
    lock.close()
  }
}

const taken = (lock: BetterSqlite3.Database): boolean => {
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))
      return false
    throw error
  }
}

const lockedByServer = async <A>(storage: string, run: () => Promise<A>): Promise<A> => {
  const client = new pg.Client({ connectionString: storage, application_name: 'library migration lock' })
  // A server that goes away while the lock is held fails the work itself; without a listener it would end the process.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query("set lock_timeout = '300s'")
    await client.query({ text: 'select pg_advisory_lock($1)', values: [advisoryLock] })
    return await run()
  } finally {
    await client.end()
  }
}

export interface MigrateOptions extends ConnectOptions {
  readonly source: Knex.MigrationSource<string>
}

/** Up to the newest. Call under the migration lock. @returns the names of those that were run */
export const migrateUp = (options: MigrateOptions): Promise<readonly string[]> =>
  migrating(options, async (knex, config) => ((await knex.migrate.latest(config)) as [number, string[]])[1])

/** Down to an empty database. Call under the migration lock. */
export const migrateDown = (options: MigrateOptions): Promise<readonly string[]> =>
  migrating(
    options,
    async (knex, config) => ((await knex.migrate.rollback(config, true)) as [number, string[]])[1],
  )

/** The names of those that a database still needs. Looks only: what is not there is not made. */
export const migrationsToRun = async ({ source, ...options }: MigrateOptions): Promise<readonly string[]> => {
  const all = await source.getMigrations([])
  const { storage } = options
  if (storage.startsWith('sqlite:') && !existsSync(storage.slice('sqlite:'.length))) return all
  const db = connect(options)
  try {
    if (!(await db.read.schema.hasTable(doneTable))) return all
    const done = await db.read(doneTable).select<{ name: string }[]>('name')
    return all.filter(name => !done.some(row => row.name === name))
  } finally {
    await db.close()
  }
}

const migrating = async <A>(
  { source, ...options }: MigrateOptions,
  run: (knex: Knex, config: Knex.MigratorConfig) => Promise<A>,
): Promise<A> => {
  const db = connect(options)
  try {
    // Before the server listens there is nothing to hold up: SQLite may wait for its turn by itself.
    if (db.dialect === 'sqlite') await db.write.raw('pragma busy_timeout = 30000')
    const config = { migrationSource: source, tableName: doneTable }
    // Knex keeps a lock in a row as well; ours is held, so one that is found there was left by a crash.
    await db.write.migrate.forceFreeMigrationsLock(config)
    return await run(db.write, config)
  } finally {
    await db.close()
  }
}
