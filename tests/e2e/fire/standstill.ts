/** No deadlock remains: nobody waits any more, and nobody has forgotten to end what he began. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '../../../adapters/knex/database.ts'

/** Milliseconds in which those pass who are at work beside the requests, as the outbox is. */
const patience = 3000

const hangs = async ({ dialect, write }: Database): Promise<boolean> => {
  if (dialect === 'sqlite') {
    // A writer that had been left hanging would refuse this.
    return write('id_blocks')
      .where({ kind: 'loan' })
      .increment('next_id', 0)
      .then(
        () => false,
        () => true,
      )
  }
  const rows = await write('pg_stat_activity')
    .whereRaw('datname = current_database() and pid <> pg_backend_pid()')
    .whereRaw("(wait_event_type = 'Lock' or state like 'idle in transaction%')")
    .count<{ count: number }[]>({ count: '*' })
  return rows[0]!.count > 0
}

/** Rejects where somebody hangs for longer than any work takes. */
export const expectNoStandstill = async (tables: Database): Promise<void> => {
  const deadline = performance.now() + patience
  while (await hangs(tables)) {
    if (performance.now() > deadline)
      throw new Error('Somebody holds a lock, or waits for one, and does not end')
    await wait(20)
  }
}
