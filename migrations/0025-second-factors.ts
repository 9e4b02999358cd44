/** Second factors (AUT-4): the secret of the app, sealed, and the hashes of the recovery codes that are left. */
import type { Knex } from 'knex'
import { columns, dropAll } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await knex.schema.createTable('second_factors', t => {
    c.points(t, 'user_id', 'users').notNullable().primary()
    c.code(t, 'sealed_secret').notNullable()
    c.instant(t, 'created_at').notNullable()
    // None: it is not in force yet.
    c.instant(t, 'confirmed_at')
    // Of 30 seconds since 1970; the last whose code was taken.
    t.bigInteger('last_step')
    t.check('last_step is null or last_step >= 0', [], 'second_factors_step')
  })
  await knex.schema.createTable('recovery_codes', t => {
    c.points(t, 'user_id', 'users').notNullable()
    c.code(t, 'code_hash').notNullable()
    t.primary(['user_id', 'code_hash'])
  })
}

export const down = (knex: Knex): Promise<void> => dropAll(knex, ['recovery_codes', 'second_factors'])
