/** Many rows in few statements. */
import type { Tables } from './connection.ts'

/** Rows a statement: SQLite takes 32 766 bound values, Postgres 65 535. */
const chunk = 500

export const insertMany = async (knex: Tables, table: string, rows: readonly object[]): Promise<void> => {
  for (let from = 0; from < rows.length; from += chunk)
    await knex(table).insert(rows.slice(from, from + chunk))
}

/** @returns the ids the database gave, in the order of the rows */
export const insertNumbered = async (
  knex: Tables,
  table: string,
  rows: readonly object[],
): Promise<readonly number[]> => {
  const ids: number[] = []
  for (let from = 0; from < rows.length; from += chunk) {
    const inserted = await knex(table)
      .insert(rows.slice(from, from + chunk))
      .returning<{ id: number }[]>('id')
    // Ids grow in the order of the rows, whatever order they are told in.
    ids.push(...inserted.map(row => row.id).sort((a, b) => a - b))
  }
  return ids
}
