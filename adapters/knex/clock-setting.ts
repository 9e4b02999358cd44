/** The row `clock` of the table `settings`: how far library time is ahead. */
import type { Knex } from 'knex'
import type { ClockOffset, ClockQueries, ClockSetting } from '../../core/operations/ports.ts'
import { fromJson, toOptionalInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { clockFromJson } from './payloads.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

const name = 'clock'

const read = async (rows: Knex.QueryBuilder): Promise<ClockOffset> => {
  const row = await rows.where({ name }).first<{ value: unknown } | undefined>('value')
  if (row === undefined) throw new Error('The library has no clock')
  return clockFromJson(row.value)
}

export const clockSetting = (transaction: Transaction): ClockSetting => {
  const { knex, now } = transaction
  return {
    get: () => sql(() => read(locking(transaction, knex('settings')))),
    set: offset =>
      sql(() =>
        knex('settings')
          .where({ name })
          .update({ value: fromJson({ offset }), version: knex.raw('version + 1'), updated_at: now() })
          .then(() => undefined),
      ),
    latestEvent: () =>
      sql(async () => {
        const [row] = await knex('outbox').max<{ latest: StoredInstant | null }[]>({ latest: 'occurred_at' })
        return toOptionalInstant(row?.latest ?? null)
      }),
  }
}

export const clockQueries = (db: Database): ClockQueries => ({
  offset: () => query(sql(() => read(db.read('settings')))),
})
