/** Opens a database: the one place that knows how SQLite and Postgres differ in being reached. */
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import type BetterSqlite3 from 'better-sqlite3'
import knex from 'knex'
import type { Knex } from 'knex'
import pg from 'pg'
import { rowsOn } from './connection.ts'
import type { Database } from './database.ts'
import { ImmediateSqlite } from './immediate-sqlite.ts'
import { holding } from './transaction.ts'

export interface ConnectOptions {
  /** `sqlite:PATH` or `postgres://…`. */
  readonly storage: string
  /** Connections to Postgres at the most. */
  readonly poolSize: number
  /** Milliseconds to wait for a connection of the pool. */
  readonly acquireTimeout: number
  /** SQLite: FULL waits for the disk at each commit and survives a power cut; NORMAL survives a crash of the process. */
  readonly synchronous: 'NORMAL' | 'FULL'
}

export const connect = (options: ConnectOptions): Database =>
  options.storage.startsWith('sqlite:')
    ? connectSqlite(options.storage.slice('sqlite:'.length), options)
    : connectPostgres(options)

/** Knex would write on the console, past the log, what the caller is told in any case. */
const log = { warn: () => undefined, error: () => undefined }

/** Milliseconds to wait for a row that another transaction holds, as long as SQLite's writers wait for the file. */
const patience = 5000

/** Readers at a time; they share one thread, but need not wait for a writer's turn to end. */
const sqliteReaders = 4

/**
 * Pages of 4 KiB in the write-ahead log before it is copied into the file. Desks write the same pages again and again: the longer
 * it waits, the fewer are copied. Up to here the log has one index to search.
 */
const pagesOfWal = 4000

const connectSqlite = (filename: string, { acquireTimeout, synchronous }: ConnectOptions): Database => {
  // It holds hashes and addresses: for the operator alone. What SQLite makes beside it takes its mode.
  mkdirSync(dirname(filename), { recursive: true, mode: 0o700 })
  closeSync(openSync(filename, 'a', 0o600))
  let writer: BetterSqlite3.Database | null = null
  const prepared = (connection: BetterSqlite3.Database): void => {
    // A busy timeout would block the whole event loop; waiting is done outside, see unit-of-work.ts.
    connection.pragma('busy_timeout = 0')
    if (!connection.readonly) {
      connection.pragma('journal_mode = WAL')
      connection.pragma(`synchronous = ${synchronous}`)
      connection.pragma(`wal_autocheckpoint = ${String(pagesOfWal)}`)
      writer = connection
    }
    connection.pragma('foreign_keys = ON')
    connection.pragma('cache_size = -65536')
  }
  const open = (readonly: boolean, size: number): Knex =>
    knex({
      client: ImmediateSqlite,
      connection: { filename, options: { readonly } },
      useNullAsDefault: true,
      // An error's message is logged: it tells the statement, not the values in it.
      compileSqlOnError: false,
      log,
      acquireConnectionTimeout: acquireTimeout,
      pool: {
        min: 0,
        max: size,
        afterCreate: (connection: BetterSqlite3.Database, done: (fault: unknown, made: unknown) => void) => {
          prepared(connection)
          done(null, connection)
        },
      },
    })
  const write = open(false, 1)
  const read = open(true, sqliteReaders)
  /**
   * Single statements end where they begin: they need no connection of a pool, but one without a transaction. The writer's is
   * preferred, as long as none is under way: a reader's forgets the pages it has whenever another connection wrote.
   */
  let single: BetterSqlite3.Database | null = null
  const reader = (): BetterSqlite3.Database => {
    if (writer?.open === true && !writer.inTransaction) return writer
    if (single === null) {
      single = new Sqlite(filename, { readonly: true })
      prepared(single)
    }
    return single
  }
  return {
    dialect: 'sqlite',
    write,
    read,
    rows: async (statement, values) => rowsOn(reader())(statement, values),
    // Chosen anew for each: whoever waits between two may find somebody's transaction begun.
    reading: async use => use((statement, values) => rowsOn(reader())(statement, values)),
    close: async () => {
      single?.close()
      await Promise.all([write.destroy(), read.destroy()])
    },
  }
}

const int8 = 20
const date = 1082
const timestamptz = 1184
const jsonb = 3802

/** Ids and amounts come as numbers, days and JSON as text, instants as milliseconds: see columns.ts. */
const readAs: Readonly<Record<number, (text: string) => unknown>> = {
  [int8]: Number,
  [date]: text => text,
  [timestamptz]: text => Date.parse(text),
  [jsonb]: text => text,
}

const types = {
  getTypeParser: (oid: Parameters<typeof pg.types.getTypeParser>[0], format?: 'text' | 'binary'): unknown =>
    readAs[oid] ?? pg.types.getTypeParser(oid, format),
}

const connectPostgres = ({ storage, poolSize, acquireTimeout }: ConnectOptions): Database => {
  const pool = knex({
    client: 'pg',
    compileSqlOnError: false,
    log,
    connection: {
      connectionString: storage,
      types,
      // Statements that are asked for at the same moment go out together; on the hot paths they are.
      pipeline: true,
      application_name: 'library',
      // A process that hangs with a lock in its hand must not hang the others.
      lock_timeout: patience,
      idle_in_transaction_session_timeout: 6 * patience,
    } as Knex.PgConnectionConfig,
    acquireConnectionTimeout: acquireTimeout,
    pool: { min: 0, max: poolSize },
  })
  return {
    dialect: 'postgres',
    write: pool,
    read: pool,
    rows: (statement, values) =>
      holding('postgres', pool, connection => connection.rows(statement, values, false)),
    reading: use =>
      holding('postgres', pool, connection =>
        use((statement, values) => connection.rows(statement, values, false)),
      ),
    close: () => pool.destroy(),
  }
}
