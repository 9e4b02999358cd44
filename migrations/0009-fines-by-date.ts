/** The list of all fines is read by the day they were issued. */
import type { Knex } from 'knex'

export const up = async (knex: Knex): Promise<void> => {
  await knex.schema.alterTable('fines', t => {
    t.index(['date_issued', 'id'])
  })
}

export const down = async (knex: Knex): Promise<void> => {
  await knex.schema.alterTable('fines', t => {
    t.dropIndex(['date_issued', 'id'])
  })
}
