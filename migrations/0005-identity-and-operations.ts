/** Sessions, the audit, the outbox, settings, and the blocks that ids are taken from. */
import type { Knex } from 'knex'
import { columns, dropAll } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)

  await knex.schema.createTable('sessions', t => {
    c.takenId(t)
    c.points(t, 'user_id', 'users').notNullable()
    c.instant(t, 'created_at').notNullable()
    c.instant(t, 'expires_at').notNullable()
    c.instant(t, 'ended_at')
    t.index(['user_id', 'ended_at'])
    t.index(['expires_at'])
  })

  await knex.schema.createTable('refresh_tokens', t => {
    c.code(t, 'token_hash').notNullable().primary()
    c.points(t, 'session_id', 'sessions').onDelete('CASCADE').notNullable()
    c.instant(t, 'created_at').notNullable()
    c.instant(t, 'spent_at')
    t.index(['session_id'])
  })

  await knex.schema.createTable('audit_log', t => {
    c.id(t)
    c.instant(t, 'recorded_at').notNullable()
    c.instant(t, 'occurred_at').notNullable()
    c.points(t, 'actor_id', 'users')
    c.code(t, 'actor_role')
    c.code(t, 'action').notNullable()
    c.code(t, 'target_type')
    t.bigInteger('target_id')
    c.code(t, 'outcome').notNullable()
    t.text('address')
    t.text('request_id')
    c.json(t, 'before')
    c.json(t, 'after')
    t.index(['recorded_at', 'id'])
    t.index(['actor_id', 'recorded_at'])
    t.index(['target_type', 'target_id'])
    t.index(['action', 'recorded_at'])
  })

  await knex.schema.createTable('outbox', t => {
    c.takenId(t)
    c.code(t, 'type').notNullable()
    t.integer('version').notNullable()
    c.code(t, 'aggregate').notNullable()
    t.bigInteger('aggregate_id').notNullable()
    t.integer('seq').notNullable()
    c.instant(t, 'occurred_at').notNullable()
    c.instant(t, 'recorded_at').notNullable()
    t.bigInteger('actor_id')
    t.text('request_id')
    c.json(t, 'payload').notNullable()
    // How it is handed on: claimed until, tried so often, done, or given up.
    c.instant(t, 'due_at').notNullable()
    t.integer('attempts').notNullable().defaultTo(0)
    c.instant(t, 'done_at')
    c.instant(t, 'dead_at')
    t.text('last_error')
    t.unique(['aggregate', 'aggregate_id', 'seq'])
  })
  await knex.raw('create index outbox_due on outbox (due_at, id) where done_at is null and dead_at is null')

  await knex.schema.createTable('settings', t => {
    c.code(t, 'name').notNullable().primary()
    c.json(t, 'value').notNullable()
    c.version(t)
    c.stamps(t)
  })

  await knex.schema.createTable('id_blocks', t => {
    c.code(t, 'kind').notNullable().primary()
    t.bigInteger('next_id').notNullable()
  })
}

export const down = async (knex: Knex): Promise<void> => {
  await dropAll(knex, ['id_blocks', 'settings', 'outbox', 'audit_log', 'refresh_tokens', 'sessions'])
}
