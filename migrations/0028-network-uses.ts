/**
 * What anybody may do without a name, counted by network for all processes: registrations, mails (AUT-7). Of each mail, whether a
 * stranger asked for it, and since when it is on its way.
 */
import type { Knex } from 'knex'
import { columns, dropAll } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await knex.schema.createTable('network_uses', t => {
    // What was done, and from which network.
    c.code(t, 'counter').notNullable().primary()
    c.instant(t, 'since').notNullable().index()
    t.integer('uses').notNullable()
  })
  await knex.schema.alterTable('account_tokens', t => {
    // Of those that are there it is not known: they live for half an hour.
    c.flag(t, 'by_stranger')
      .notNullable()
      .defaultTo(c.isPostgres ? true : 1)
    c.instant(t, 'sent_at')
    t.dropIndex(['address', 'created_at'])
  })
}

export const down = async (knex: Knex): Promise<void> => {
  await knex.schema.alterTable('account_tokens', t => {
    t.dropColumn('by_stranger')
    t.dropColumn('sent_at')
    t.index(['address', 'created_at'])
  })
  await dropAll(knex, ['network_uses'])
}
