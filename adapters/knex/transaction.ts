/** All or nothing on one connection: begun, and committed or undone, whatever happens in between. */
import type { Knex } from 'knex'
import { connectionOf } from './connection.ts'
import type { Connection } from './connection.ts'
import type { Database } from './database.ts'
import type { Dialect } from './statement.ts'

/** What Knex's pool gives, with the mark by which it knows that a connection must not be used again. */
interface Pooled {
  __knex__disposed?: unknown
}

interface Pool {
  readonly acquireConnection: () => Promise<Pooled>
  readonly releaseConnection: (connection: Pooled) => Promise<void>
}

/** Holds a connection while `use` runs. */
export const holding = async <A>(
  dialect: Dialect,
  knex: Knex,
  use: (connection: Connection, discard: (reason: unknown) => void) => Promise<A>,
): Promise<A> => {
  const pool = knex.client as Pool
  const raw = await pool.acquireConnection()
  const connection = connectionOf(dialect, knex, raw)
  try {
    return await use(connection, reason => {
      raw.__knex__disposed = reason
    })
  } finally {
    connection.end()
    await pool.releaseConnection(raw)
  }
}

export type Purpose = 'change' | 'look'

/** SQLite's writer takes its lock when it begins: see immediate-sqlite.ts. Looking is at one snapshot, and refuses to write. */
const beginning = {
  sqlite: { change: 'BEGIN IMMEDIATE', look: 'BEGIN' },
  postgres: { change: 'BEGIN', look: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' },
}

/** What `work` throws undoes everything, and is thrown on. */
export const inTransaction = <A>(
  db: Database,
  purpose: Purpose,
  work: (connection: Connection) => Promise<A>,
): Promise<A> =>
  holding(db.dialect, purpose === 'change' ? db.write : db.read, async (connection, discard) => {
    const begun = connection.command(beginning[db.dialect][purpose])
    // A busy file is not begun at all. Postgres begins together with the first statements of the work.
    if (db.dialect === 'sqlite') await begun
    try {
      const [done] = await Promise.all([work(connection), begun])
      connection.end()
      if ((await connection.command('COMMIT')) !== 'COMMIT') throw new Error('It was not committed')
      return done
    } catch (error) {
      connection.end()
      // A connection that cannot even undo is of no more use.
      await connection.command('ROLLBACK').catch(discard)
      throw error
    }
  })
