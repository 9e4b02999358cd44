/** What desks did offline, by the names that they gave it, and what became of it: kept for ever, so that nothing is done twice. */
import type { Knex } from 'knex'
import { columns, dropAll, oneOf } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await knex.schema.createTable('offline_operations', t => {
    c.code(t, 'client_id').notNullable().primary()
    t.text('type').notNullable()
    c.instant(t, 'occurred_at').notNullable()
    c.code(t, 'barcode').notNullable()
    // As the desk said it: there need be no such branch.
    t.bigInteger('branch_id').notNullable()
    c.points(t, 'borrowing_id', 'borrowings').index()
    // Within one transaction it is claimed and settled: nobody else sees it without.
    c.json(t, 'outcome')
    c.instant(t, 'created_at').notNullable()
    t.check(oneOf('type', ['checkout', 'return']), [], 'offline_operations_type')
  })
}

export const down = async (knex: Knex): Promise<void> => {
  await dropAll(knex, ['offline_operations'])
}
