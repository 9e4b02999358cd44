/** One connection of a pool, held as long as a transaction lasts, and what is run on it. */
import type BetterSqlite3 from 'better-sqlite3'
import type { Knex } from 'knex'
import type pg from 'pg'
import type { Database } from './database.ts'
import { runPrepared } from './immediate-sqlite.ts'
import { bound } from './statement.ts'
import type { Compiled, Dialect, Statement } from './statement.ts'

/** Any table by its name. */
const tablesOf = (knex: Knex) => (table: string) => knex(table)

/** Knex on one connection: for what is written for the occasion. A plain Knex will do as well, on whatever connection is free. */
export type Tables = ReturnType<typeof tablesOf> & Pick<Knex, 'raw' | 'ref'>

export interface Connection {
  readonly tables: Tables
  /**
   * Runs a prepared statement. On Postgres those that are asked for at the same moment go out together, and are done in the order
   * in which they were asked for.
   * @param locks see `Locking`
   */
  readonly rows: <Row, Values extends object>(
    statement: Statement<Row, Values>,
    values: Values,
    locks: boolean,
  ) => Promise<readonly Row[]>
  /** Likewise. @returns how many rows were written */
  readonly write: <Values extends object>(
    statement: Statement<never, Values>,
    values: Values,
  ) => Promise<number>
  /** What begins or ends a transaction. @returns what was done, as the database says it */
  readonly command: (text: string) => Promise<string>
  /** From here on nothing but commands: what was asked for beside a failure may not go on outside of the transaction. */
  readonly end: () => void
}

/** @param raw of the pool of `knex` */
export const connectionOf = (dialect: Dialect, knex: Knex, raw: unknown): Connection => {
  let over = false
  const driver = dialect === 'sqlite' ? onSqlite(raw as BetterSqlite3.Database) : onPostgres(raw as pg.Client)
  const checked = (): void => {
    if (over) throw new Error('The transaction is over')
  }
  const table = (name: string) => {
    checked()
    return tablesOf(knex)(name).connection(raw)
  }
  return {
    tables: Object.assign(table, {
      raw: ((...args: Parameters<Knex['raw']>) => knex.raw(...args)) as Knex['raw'],
      ref: ((name: string) => knex.ref(name)) as Knex['ref'],
    }),
    rows: async <Row, Values extends object>(
      statement: Statement<Row, Values>,
      values: Values,
      locks: boolean,
    ) => {
      checked()
      return (await driver.rows(statement.compiled(dialect, locks), values)) as readonly Row[]
    },
    write: async (statement, values) => {
      checked()
      return driver.write(statement.compiled(dialect, false), values)
    },
    command: driver.command,
    end: () => {
      over = true
    },
  }
}

interface Driver {
  readonly rows: (compiled: Compiled, values: object) => unknown
  readonly write: (compiled: Compiled, values: object) => number | Promise<number>
  readonly command: (text: string) => Promise<string>
}

const onSqlite = (database: BetterSqlite3.Database): Driver => {
  const run = (compiled: Compiled, values: object) =>
    runPrepared(database, compiled.text, bound(compiled, values))
  return {
    rows: run,
    write: (compiled, values) => (run(compiled, values) as BetterSqlite3.RunResult).changes,
    // What it throws comes as a rejection, as it does from Postgres.
    command: text =>
      new Promise(resolve => {
        runPrepared(database, text, [])
        resolve(text)
      }),
  }
}

/** Rows of what is committed, from a connection of SQLite that has no transaction. */
export const rowsOn =
  (database: BetterSqlite3.Database): Database['rows'] =>
  async (statement, values) =>
    (await onSqlite(database).rows(statement.compiled('sqlite', false), values)) as never

const onPostgres = (client: pg.Client): Driver => {
  const run = (compiled: Compiled, values: object) =>
    client.query({ name: compiled.name, text: compiled.text, values: bound(compiled, values) })
  return {
    rows: async (compiled, values) => (await run(compiled, values)).rows as unknown[],
    write: async (compiled, values) => (await run(compiled, values)).rowCount ?? 0,
    command: async text => (await client.query(text)).command,
  }
}
