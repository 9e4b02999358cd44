/** Overlap that is forced: what all need is held until they wait for it, then let go. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { Database } from '../../../adapters/knex/database.ts'
import { patiently } from './patiently.ts'

/** A row that the requests of a race all need; where it is not there yet the whole table (id null). */
export interface Row {
  readonly table:
    'users' | 'books' | 'book_copies' | 'borrowings' | 'fines' | 'idempotency_keys' | 'offline_operations'
  readonly id: number | null
}

export interface Overlap {
  /** Postgres: what is locked. SQLite's writer holds the whole file, whatever it is. */
  readonly row: Row
  /** Requests that will wait for it at the same time, at the least (Postgres). */
  readonly waiting: number
  /** What the holder does with it before he lets go; that he did it is committed then. */
  readonly meanwhile?: (holder: Knex.Transaction) => Promise<void>
}

/** Milliseconds: requests that have not come to wait by then never will. */
const patience = 4000
/** Milliseconds in which requests reach the file of SQLite, which does not tell who waits for it. */
const whileComing = 150

/** How many transactions of the product wait for a lock. */
const waiters = async ({ read }: Database): Promise<number> => {
  const rows = await read('pg_stat_activity')
    .whereRaw('datname = current_database()')
    .where({ application_name: 'library', wait_event_type: 'Lock' })
    .count<{ count: number }[]>({ count: '*' })
  return rows[0]!.count
}

const gathered = async (tables: Database, least: number): Promise<void> => {
  if (tables.dialect === 'sqlite') {
    await wait(whileComing)
    return
  }
  const deadline = performance.now() + patience
  for (let seen = await waiters(tables); seen < least; seen = await waiters(tables)) {
    if (performance.now() > deadline) {
      throw new Error(`${seen} transactions wait for the row, and ${least} should`)
    }
    await wait(10)
  }
}

const hold = async ({ dialect }: Database, holder: Knex.Transaction, { table, id }: Row): Promise<void> => {
  // Knex goes on after a BEGIN that failed, and refuses the first statement: until then it is not sure that the file is held.
  if (dialect === 'sqlite') await holder.raw('select 1')
  else if (id === null) await holder.raw('lock table ?? in exclusive mode', [table])
  else await holder(table).where({ id }).forNoKeyUpdate().select('id')
}

/** Sends the requests while the row is held, and lets go when they wait. */
export const overlapping = async <A>(
  tables: Database,
  { row, waiting, meanwhile }: Overlap,
  send: () => Promise<A>,
): Promise<A> => {
  const held = await patiently(() =>
    tables.write.transaction(async holder => {
      await hold(tables, holder, row)
      const sent = send()
      // Told at the end; until then nobody listens.
      sent.catch(() => undefined)
      await gathered(tables, waiting)
      await meanwhile?.(holder)
      return { sent }
    }),
  )
  return held.sent
}
