/** The audit, sealed (ADR 32): its chain of seals, and a database that refuses to change or to remove a row of either. */
import type { Knex } from 'knex'
import { columns, dropAll } from './columns.ts'

const guarded = ['audit_log', 'audit_seals'] as const

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)

  await knex.schema.createTable('audit_seals', t => {
    // From 1 on, without gaps: two that are made at once cannot both be the next.
    t.specificType('number', c.isPostgres ? 'bigint' : 'integer')
      .notNullable()
      .primary()
    // It covers the rows of the audit with ids above the first and up to the second.
    t.bigInteger('after_id').notNullable()
    t.bigInteger('last_id').notNullable()
    t.integer('row_count').notNullable()
    // What is signed is kept as it was written, the instant too.
    t.text('rows').notNullable()
    c.code(t, 'previous').notNullable().unique()
    c.code(t, 'key_id').notNullable()
    c.code(t, 'sealed').notNullable()
    c.code(t, 'mac').notNullable()
  })
  // Few are not done: it costs the acts that are nothing.
  await knex.raw(
    "create index audit_log_not_done on audit_log (outcome, recorded_at, id) where outcome <> 'done'",
  )
  if (c.isPostgres) await guardPostgres(knex)
  else await guardSqlite(knex)
}

const guardPostgres = async (knex: Knex): Promise<void> => {
  await knex.raw(`
    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is only ever added to', tg_table_name;
    end $$`)
  for (const table of guarded) {
    await knex.raw(
      `create trigger only_added_to before update or delete or truncate on ??
       for each statement execute function refuse_change()`,
      [table],
    )
  }
}

/** In SQLite the name of a trigger is the database's. */
const triggersOf = (table: string) =>
  [
    [
      `${table}_no_update`,
      "create trigger ?? before update on ?? begin select raise(abort, 'is only ever added to'); end",
    ],
    [
      `${table}_no_delete`,
      "create trigger ?? before delete on ?? begin select raise(abort, 'is only ever added to'); end",
    ],
  ] as const

const guardSqlite = async (knex: Knex): Promise<void> => {
  for (const table of guarded) {
    for (const [name, create] of triggersOf(table)) await knex.raw(create, [name, table])
  }
}

export const down = async (knex: Knex): Promise<void> => {
  await knex.raw('drop index audit_log_not_done')
  if (columns(knex).isPostgres) await knex.raw('drop trigger only_added_to on audit_log')
  else for (const [name] of triggersOf('audit_log')) await knex.raw('drop trigger ??', [name])
  await dropAll(knex, ['audit_seals'])
  if (columns(knex).isPostgres) await knex.raw('drop function refuse_change()')
}
