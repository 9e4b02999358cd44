/** What the mails of an account are made from (AUT-7): by this table alone nobody makes one. */
import type { Knex } from 'knex'
import { columns, dropAll, oneOf } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await knex.schema.createTable('account_tokens', t => {
    c.takenId(t)
    c.code(t, 'purpose').notNullable()
    // null until it is looked up, by the address that was given.
    c.points(t, 'user_id', 'users')
    c.code(t, 'email_normalised')
    t.text('address')
    c.code(t, 'nonce').notNullable()
    c.instant(t, 'created_at').notNullable()
    c.instant(t, 'expires_at').notNullable()
    c.instant(t, 'spent_at')
    t.check(oneOf('purpose', ['reset_password', 'verify_email']), [], 'account_tokens_purpose')
    t.index(['user_id', 'purpose', 'created_at'])
    t.index(['address', 'created_at'])
    t.index(['expires_at'])
  })
  await knex('id_blocks').insert({ kind: 'account_token', next_id: 1 }).onConflict('kind').ignore()
}

export const down = async (knex: Knex): Promise<void> => {
  // How far ids were given stays, as it does for every kind.
  await dropAll(knex, ['account_tokens'])
}
