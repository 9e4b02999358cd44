/**
 * Of a loan: where the period began that ends with its due date (R4.8), which nobody remembers of one that was renewed before; and the due
 * date for which the job could not renew it, so that its member is not told again (R5.4).
 */
import type { Knex } from 'knex'
import { columns } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await knex.schema.alterTable('borrowings', t => {
    c.instant(t, 'due_from')
    c.instant(t, 'not_renewed_for')
  })
  await knex('borrowings')
    .where({ renewal_count: 0 })
    .update({ due_from: knex.ref('borrow_date') })
}

export const down = async (knex: Knex): Promise<void> => {
  await knex.raw('alter table borrowings drop column not_renewed_for')
  await knex.raw('alter table borrowings drop column due_from')
}
