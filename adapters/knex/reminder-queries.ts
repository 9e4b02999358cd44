/** Loans that are due soon, for the job that reminds of them. */
import type { Knex } from 'knex'
import type { ReminderQueries } from '../../core/circulation/reminder-ports.ts'
import type { LoanId } from '../../core/shared/id.ts'
import type { Instant, Zone } from '../../core/shared/local-time.ts'
import { fromInstant } from './columns.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'

export const reminderQueries = ({ read }: Database): ReminderQueries => ({
  zonesDue: (now, until) =>
    query(
      sql(async () => {
        const zones = await dueWithin(read, now, until).distinct<{ due_zone: Zone }[]>('due_zone')
        return zones.map(zone => zone.due_zone)
      }),
    ),
  dueSoon: ({ zone, now, until }, after, limit) =>
    query(
      sql(async () => {
        // By the index of the open loans by due date, whatever the database thinks of their numbers: by id it might read the whole history
        // of the library for the few that are left.
        const soon = await read
          .withMaterialized(
            'soon',
            dueWithin(read, now, until)
              .where({ due_zone: zone })
              .where(notReminded => {
                void notReminded.whereNull('reminded_for').orWhere('reminded_for', '<>', read.ref('due_date'))
              })
              .select('id'),
          )
          .from('soon')
          .where('id', '>', after ?? 0)
          .orderBy('id')
          .limit(limit)
          .select<{ id: LoanId }[]>('id')
        return soon.map(({ id }) => id)
      }),
    ),
})

const dueWithin = (read: Knex, now: Instant, until: Instant): Knex.QueryBuilder =>
  read('borrowings')
    .where({ state: 'open' })
    .where('due_date', '>', fromInstant(now))
    .where('due_date', '<', fromInstant(until))
