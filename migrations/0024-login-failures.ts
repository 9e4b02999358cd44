/** Wrong guesses at accounts and from addresses (AUT-7), counted for all processes. */
import type { Knex } from 'knex'
import { columns, dropAll } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await knex.schema.createTable('login_failures', t => {
    // A member, or one of the counters that the names of nobody share: no foreign key tells them apart.
    c.code(t, 'counter').notNullable().primary()
    t.integer('failures').notNullable()
    c.instant(t, 'last_at').notNullable().index()
    c.instant(t, 'locked_until')
  })
  await knex.schema.createTable('address_failures', t => {
    c.code(t, 'network').notNullable().primary()
    c.json(t, 'moments').notNullable()
    c.instant(t, 'last_at').notNullable().index()
  })
}

export const down = (knex: Knex): Promise<void> => dropAll(knex, ['address_failures', 'login_failures'])
