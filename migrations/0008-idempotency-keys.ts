/** Requests that clients gave a key, and the answers they got: for a day, so that a retry does nothing twice. */
import type { Knex } from 'knex'
import { columns, dropAll } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await knex.schema.createTable('idempotency_keys', t => {
    c.code(t, 'caller').notNullable()
    c.code(t, 'key').notNullable()
    c.code(t, 'fingerprint').notNullable()
    c.code(t, 'claim').notNullable()
    c.instant(t, 'created_at').notNullable()
    c.instant(t, 'lease_until').notNullable()
    c.instant(t, 'expires_at').notNullable()
    // The answer: all three, or none while somebody is at it.
    t.integer('status')
    c.json(t, 'headers')
    t.text('body')
    t.primary(['caller', 'key'])
    t.index(['expires_at'])
    t.check(
      '(status is null) = (body is null) and (status is null) = (headers is null)',
      [],
      'idempotency_keys_answer',
    )
  })
}

export const down = async (knex: Knex): Promise<void> => {
  await dropAll(knex, ['idempotency_keys'])
}
