/** Each time that a copy was used in the house (R3.5), and when a scan put it on its shelf last. */
import type { Knex } from 'knex'
import { columns, dropAll } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await knex.schema.createTable('in_house_uses', t => {
    c.id(t)
    c.points(t, 'book_copy_id', 'book_copies').notNullable()
    c.points(t, 'branch_id', 'library_branches').notNullable().index()
    c.instant(t, 'used_at').notNullable()
    c.points(t, 'librarian_id', 'users').index()
    c.instant(t, 'created_at').notNullable()
    t.index(['book_copy_id', 'used_at'])
  })
  await knex.schema.alterTable('book_copies', t => {
    c.instant(t, 'shelved_at')
  })
}

export const down = async (knex: Knex): Promise<void> => {
  // By itself: Knex would make the table anew on SQLite, and others refer to its rows.
  await knex.raw('alter table book_copies drop column shelved_at')
  await dropAll(knex, ['in_house_uses'])
}
