/** A database that is open: how the two kinds look alike to all else. */
import type { Knex } from 'knex'
import type { Dialect, Statement } from './statement.ts'

export interface Database {
  readonly dialect: Dialect
  /** SQLite: the one writer connection. Postgres: the pool. */
  readonly write: Knex
  /** For reading what is committed. SQLite: read-only connections. Postgres: the same pool. */
  readonly read: Knex
  /** Runs a prepared statement of what is committed, by itself. */
  readonly rows: <Row, Values extends object>(
    statement: Statement<Row, Values>,
    values: Values,
  ) => Promise<readonly Row[]>
  /** Several of them: on Postgres those that are asked for at the same moment go out together, over one connection. */
  readonly reading: <A>(use: (rows: Database['rows']) => Promise<A>) => Promise<A>
  readonly close: () => Promise<void>
}
