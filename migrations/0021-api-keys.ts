/** API keys (AUT-6), the hashes of their secrets, and which of them acted in a row of the audit. */
import type { Knex } from 'knex'
import { columns, dropAll } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await knex.schema.createTable('api_keys', t => {
    c.id(t)
    c.code(t, 'name').notNullable()
    c.json(t, 'scopes').notNullable()
    c.points(t, 'branch_id', 'library_branches').index()
    c.instant(t, 'expires_at').notNullable()
    c.points(t, 'created_by', 'users').index()
    c.instant(t, 'last_used_at')
    c.instant(t, 'revoked_at')
    c.version(t)
    c.stamps(t)
  })
  await knex.schema.createTable('api_key_secrets', t => {
    c.code(t, 'prefix').notNullable().primary()
    c.points(t, 'api_key_id', 'api_keys').notNullable().index()
    c.code(t, 'secret_hash').notNullable()
    c.instant(t, 'created_at').notNullable()
    // Of one that another has taken the place of.
    c.instant(t, 'good_until')
  })
  // By hand: Knex would make the whole table anew in SQLite.
  if (c.isPostgres) {
    await knex.schema.alterTable('audit_log', t => c.points(t, 'api_key_id', 'api_keys'))
  } else {
    await knex.raw('alter table audit_log add column api_key_id bigint references api_keys (id)')
  }
  await knex.schema.alterTable('audit_log', t => {
    t.index(['api_key_id', 'recorded_at'])
  })
}

export const down = async (knex: Knex): Promise<void> => {
  await knex.schema.alterTable('audit_log', t => {
    t.dropIndex(['api_key_id', 'recorded_at'])
  })
  await knex.raw('alter table audit_log drop column api_key_id')
  await dropAll(knex, ['api_key_secrets', 'api_keys'])
}
