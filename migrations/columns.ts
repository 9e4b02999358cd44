/** Columns as each database spells them: real types in Postgres, ISO text and 0/1 in SQLite. */
import type { Knex } from 'knex'

type Table = Knex.CreateTableBuilder

export interface Columns {
  readonly isPostgres: boolean
  /** An id the database gives at the insert; never given again. */
  readonly id: (t: Table) => void
  /** An id that was taken from a block before the row was made. */
  readonly takenId: (t: Table) => void
  /** Points to a row of another table that is there already. */
  readonly points: (t: Table, name: string, table: string) => Knex.ReferencingColumnBuilder
  /** An instant in UTC. */
  readonly instant: (t: Table, name: string) => Knex.ColumnBuilder
  readonly day: (t: Table, name: string) => Knex.ColumnBuilder
  readonly flag: (t: Table, name: string) => Knex.ColumnBuilder
  readonly json: (t: Table, name: string) => Knex.ColumnBuilder
  /** Text compared byte by byte in both databases: codes, and the folded keys that text is sorted by. */
  readonly code: (t: Table, name: string) => Knex.ColumnBuilder
  /** created_at and updated_at. */
  readonly stamps: (t: Table) => void
  /** Grows with each change, so that no change is lost under another. */
  readonly version: (t: Table) => void
}

export const columns = (knex: Knex): Columns => {
  const isPostgres = (knex.client as { dialect: string }).dialect === 'postgresql'
  const instant = (t: Table, name: string) => t.specificType(name, isPostgres ? 'timestamptz' : 'text')
  return {
    isPostgres,
    id: t => t.bigIncrements('id'),
    takenId: t =>
      t
        .specificType('id', isPostgres ? 'bigint' : 'integer')
        .notNullable()
        .primary(),
    points: (t, name, table) => t.bigInteger(name).references('id').inTable(table),
    instant,
    day: (t, name) => t.specificType(name, isPostgres ? 'date' : 'text'),
    flag: (t, name) => t.specificType(name, isPostgres ? 'boolean' : 'integer'),
    json: (t, name) => t.specificType(name, isPostgres ? 'jsonb' : 'text'),
    code: (t, name) => t.specificType(name, isPostgres ? 'text COLLATE "C"' : 'text'),
    stamps: t => {
      instant(t, 'created_at').notNullable()
      instant(t, 'updated_at').notNullable()
    },
    version: t => t.integer('version').notNullable().defaultTo(1),
  }
}

/** A check that a column holds one of some words. */
export const oneOf = (column: string, words: readonly string[]): string =>
  `${column} in (${words.map(word => `'${word}'`).join(', ')})`

/** Drops tables in the order given; Postgres drops what points to them along. */
export const dropAll = async (knex: Knex, tables: readonly string[]): Promise<void> => {
  for (const table of tables) {
    if (columns(knex).isPostgres) await knex.raw('drop table if exists ?? cascade', [table])
    else await knex.schema.dropTableIfExists(table)
  }
}
