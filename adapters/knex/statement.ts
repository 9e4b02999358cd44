/**
 * Statements that Knex writes once, and that are run prepared from then on: on the hot paths the writing costs more than the
 * database's answer (ADR 20).
 */
import knex from 'knex'
import type { Knex } from 'knex'
import { ImmediateSqlite } from './immediate-sqlite.ts'

export type Dialect = 'sqlite' | 'postgres'

/** They stand for values until the statement is run; their type fits wherever Knex takes a value. */
export type Placeholders<Values> = { readonly [Name in keyof Values]: never }

/** Locks the rows of a query where rows are locked one by one; SQLite's writer holds the whole file. */
export type Locking = <Query extends Knex.QueryBuilder>(query: Query) => Query

type Build<Values> = (tables: Knex, values: Placeholders<Values>, locking: Locking) => Knex.QueryBuilder

/** A statement by the rows it gives and the values it takes. */
export interface Statement<out Row, in Values> {
  /** @param locks rows are locked by those parts of it that ask for it */
  readonly compiled: (dialect: Dialect, locks: boolean) => Compiled
  /** Never there: they tell statements of other rows and values apart. */
  readonly rows?: Row
  readonly takes?: (values: Values) => void
}

class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

export interface Compiled {
  /** What it is prepared under: no two of a process have the same. */
  readonly name: string
  readonly text: string
  /** The names of the values that are bound, in this order. */
  readonly takes: readonly string[]
}

/** What is bound when it is run with these values. */
export const bound = ({ takes }: Compiled, values: object): unknown[] =>
  takes.map(name => values[name as keyof typeof values])

/** One of each dialect, which writes and never connects. */
const writers: Readonly<Record<Dialect, Knex>> = {
  sqlite: knex({ client: ImmediateSqlite, useNullAsDefault: true }),
  postgres: knex({ client: 'pg' }),
}

/** Not the strongest lock: rows that refer to a locked one (an audit row to the librarian, say) are written beside it, and no key ever changes. */
export const lockRows: Locking = query => query.forNoKeyUpdate() as typeof query

let compiledSoFar = 0

const compile = <Values>(build: Build<Values>, dialect: Dialect, locks: boolean): Compiled => {
  const placeholders = new Proxy({} as Placeholders<Values>, {
    get: (_none, name) => new Placeholder(String(name)),
  })
  const query = build(writers[dialect], placeholders, locks ? lockRows : asked => asked)
  const { sql, bindings } = query.toSQL()
  const takes: string[] = []
  const parts = sql.split('?')
  const text = parts.reduce((written, part, index) => {
    const binding: unknown = bindings[index - 1]
    if (!(binding instanceof Placeholder)) return `${written}${literal(binding)}${part}`
    takes.push(binding.name)
    return `${written}${dialect === 'postgres' ? `$${String(takes.length)}` : '?'}${part}`
  })
  compiledSoFar += 1
  return { name: `library_${String(compiledSoFar)}`, text, takes }
}

/**
 * What is the same each time stands in the text: where SQLite has an index of some rows alone, as of those with a status, a
 * bound value makes it plan the statement anew each time it is run.
 * @throws for anything but whole numbers and plain words: it is a statement of ours that is wrong
 */
const literal = (value: unknown): string => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  if (typeof value === 'string' && /^\w+$/.test(value)) return `'${value}'`
  throw new Error(`A statement cannot say ${String(value)} itself: bind it`)
}

/** @param build asked once for each dialect, with locks and without: what it makes goes by nothing else */
export const statement = <Row = never, Values = object>(build: Build<Values>): Statement<Row, Values> => {
  const known = new Map<string, Compiled>()
  return {
    compiled: (dialect, locks) => {
      const key = locks ? `${dialect} locks` : dialect
      const compiled = known.get(key) ?? compile(build, dialect, locks)
      known.set(key, compiled)
      return compiled
    },
  }
}

type Row = Readonly<Record<string, unknown>>

/** For each table and set of columns one statement. */
const byColumns = (build: (table: string, columns: readonly string[]) => Build<Row>) => {
  const known = new Map<string, Statement<never, object>>()
  return (table: string, row: object): Statement<never, object> => {
    const columns = Object.keys(row)
    const key = `${table} ${columns.join()}`
    const found = known.get(key) ?? statement(build(table, columns) as Build<object>)
    known.set(key, found)
    return found
  }
}

const placed = (columns: readonly string[], values: Placeholders<Row>): object =>
  Object.fromEntries(columns.map(column => [column, values[column]]))

/** Adds one row; the values are the row itself. */
export const insertion = byColumns(
  (table, columns) => (tables, values) => tables(table).insert(placed(columns, values)),
)

/** Likewise, where it writes no row if it would be one too many: for a uniqueness that others may be about to break. */
export const uniqueInsertion = byColumns(
  (table, columns) => (tables, values) =>
    tables(table).insert(placed(columns, values)).onConflict().ignore() as Knex.QueryBuilder,
)

/** Writes columns of one row over the version that was read; the values are `overwritten(…)`. */
export const overwriting = byColumns(
  (table, columns) => (tables, values) =>
    tables(table)
      .where({ id: values[ofRow.id], version: values[ofRow.version] })
      .update(placed(columns, values)),
)

/** How the row is found, which no column is called. */
const ofRow = { id: 'row id', version: 'row version' }

export const overwritten = (changes: object, { id, version }: Versioned): object => ({
  [ofRow.id]: id,
  [ofRow.version]: version,
  ...changes,
})

export interface Versioned {
  readonly id: number
  readonly version: number
}
