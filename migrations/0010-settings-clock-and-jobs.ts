/** The settings of the library, how its clock is set, and the jobs that are due. */
import type { Knex } from 'knex'
import { columns, dropAll } from './columns.ts'

const first = {
  library: { controlling_branch: 'copy', self_return: true, history_days: null, transfer_days: 7 },
  // Milliseconds by which library time is ahead of real time; null while it is real time.
  clock: { offset: null },
}

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  const at = '2026-11-22T00:00:00.000Z'
  await knex('settings').insert(
    Object.entries(first).map(([name, value]) => ({
      name,
      value: JSON.stringify(value),
      created_at: at,
      updated_at: at,
    })),
  )

  await knex.schema.createTable('jobs', t => {
    c.id(t)
    c.code(t, 'name').notNullable()
    // The name and the moment it stood in the schedule for: however many processes ask, one row comes of it.
    c.code(t, 'dedupe_key').notNullable().unique()
    // When it may be taken; of one that is taken, when the lease ends.
    c.instant(t, 'due_at').notNullable()
    t.integer('attempts').notNullable().defaultTo(0)
    c.instant(t, 'created_at').notNullable()
    c.instant(t, 'done_at')
    c.instant(t, 'dead_at')
    c.json(t, 'result')
    t.text('last_error')
  })
  await knex.raw('create index jobs_due on jobs (due_at, id) where done_at is null and dead_at is null')
  await knex.raw('create index jobs_open on jobs (name) where done_at is null and dead_at is null')
  await knex.raw('create index jobs_done on jobs (done_at) where done_at is not null')
  // The latest thing that happened, and what is old enough to go.
  await knex.raw('create index outbox_occurred on outbox (occurred_at)')
  await knex.raw('create index outbox_done on outbox (done_at) where done_at is not null')
}

export const down = async (knex: Knex): Promise<void> => {
  await knex.raw('drop index if exists outbox_done')
  await knex.raw('drop index if exists outbox_occurred')
  await dropAll(knex, ['jobs'])
  await knex('settings').whereIn('name', Object.keys(first)).del()
}
