/** The due date for which the job could not renew a loan: its member was told, and is not told again (R5.4). */
import type { Knex } from 'knex'
import { columns } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await knex.schema.alterTable('borrowings', t => {
    c.instant(t, 'not_renewed_for')
  })
}

export const down = async (knex: Knex): Promise<void> => {
  await knex.raw('alter table borrowings drop column not_renewed_for')
}
