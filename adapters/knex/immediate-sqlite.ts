/** Knex's client for better-sqlite3 with two differences: transactions are IMMEDIATE, and statements are prepared once. */
import type BetterSqlite3 from 'better-sqlite3'
import Client from 'knex/lib/dialects/better-sqlite3/index.js'

interface Query {
  readonly sql: string
  readonly bindings?: readonly unknown[]
  response?: unknown
  context?: { readonly lastID: number | bigint; readonly changes: number }
}

/** More texts than this are not kept: lists with filters make many. */
const keptStatements = 500

const prepared = new WeakMap<BetterSqlite3.Database, Map<string, BetterSqlite3.Statement>>()

/** Statements of one connection by their text, the least recently prepared thrown out. */
const statementOf = (connection: BetterSqlite3.Database, text: string): BetterSqlite3.Statement => {
  const known = prepared.get(connection) ?? new Map<string, BetterSqlite3.Statement>()
  prepared.set(connection, known)
  const found = known.get(text)
  if (found !== undefined) return found
  const statement = connection.prepare(text)
  const [oldest] = known.keys()
  if (known.size >= keptStatements && oldest !== undefined) known.delete(oldest)
  known.set(text, statement)
  return statement
}

/** Flags become 0 and 1; dates are Knex's own, in its table of migrations. */
const bindable = (value: unknown): unknown =>
  typeof value === 'boolean' || value instanceof Date ? Number(value) : value

/** @returns the rows of a statement that gives some, else what it did */
export const runPrepared = (
  connection: BetterSqlite3.Database,
  text: string,
  values: readonly unknown[],
): readonly unknown[] | BetterSqlite3.RunResult => {
  const statement = statementOf(connection, text)
  const bindings = values.map(bindable)
  return statement.reader ? statement.all(bindings) : statement.run(bindings)
}

/**
 * A writer takes its lock when it begins, never in the middle: a DEFERRED transaction that reads first and writes then
 * fails at once when another process wrote in between, and waiting does not help it.
 */
export class ImmediateSqlite extends Client {
  override _query(connection: BetterSqlite3.Database, query: Query): Promise<Query> {
    const text = query.sql === 'BEGIN;' && !connection.readonly ? 'BEGIN IMMEDIATE;' : query.sql
    // Handed on as a rejection: Knex expects a promise, better-sqlite3 throws.
    return new Promise(resolve => {
      const response = runPrepared(connection, text, query.bindings ?? [])
      query.response = response
      if ('lastInsertRowid' in response)
        query.context = { lastID: response.lastInsertRowid, changes: response.changes }
      resolve(query)
    })
  }
}
