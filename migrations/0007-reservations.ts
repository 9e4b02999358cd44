/** What reservations need beside their first columns: the queue's own last day, ids of their own, and the lists of the jobs. */
import type { Knex } from 'knex'
import { columns } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)
  await knex.schema.alterTable('reservations', t => {
    c.day(t, 'queue_until')
  })
  await knex.raw(
    "create index reservations_on_shelf on reservations (ready_until, id) where status = 'ready'",
  )
  for (const day of ['expires_on', 'queue_until']) {
    await knex.raw("create index ?? on reservations (??) where status in ('waiting', 'suspended')", [
      `reservations_by_${day}`,
      day,
    ])
  }
  await knex.schema.alterTable('reservations', t => {
    t.index(['reservation_date', 'id'])
  })
  await knex('id_blocks').insert({ kind: 'reservation', next_id: 1 }).onConflict('kind').ignore()
}

export const down = async (knex: Knex): Promise<void> => {
  // How far ids were given stays, as it does for every kind.
  await knex.schema.alterTable('reservations', t => {
    t.dropIndex(['reservation_date', 'id'])
  })
  await knex.raw('drop index reservations_by_queue_until')
  await knex.raw('drop index reservations_by_expires_on')
  await knex.raw('drop index reservations_on_shelf')
  // By itself: Knex would make the table anew on SQLite, and others refer to its rows.
  await knex.raw('alter table reservations drop column queue_until')
}
