/** The table `outbox` as a queue: claimed with a lease, one process an event. */
import type { LibraryEvent } from '../../core/notices/notice.ts'
import type { Outbox, QueuedEvent } from '../../core/notices/ports.ts'
import { E } from '../../core/shared/fp.ts'
import { fromInstant, toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Database } from './database.ts'
import { eventFromRow } from './payloads.ts'
import { claimDue, triedAgain } from './queue.ts'
import { withRetries } from './retry.ts'

interface OutboxRow {
  readonly id: number
  readonly type: string
  readonly version: number
  readonly aggregate: string
  readonly aggregate_id: number
  readonly occurred_at: StoredInstant
  readonly payload: unknown
  readonly attempts: number
}

const toQueued = (row: OutboxRow): QueuedEvent[] => {
  const event = eventFromRow({
    type: row.type,
    version: row.version,
    aggregate: row.aggregate,
    aggregateId: row.aggregate_id,
    occurredAt: toInstant(row.occurred_at),
    payload: row.payload,
  } as Omit<LibraryEvent, 'payload'> & { payload: unknown })
  return event === null ? [] : [{ id: row.id, event, attempts: row.attempts }]
}

/** @param now real time as it is stored */
export const outbox = (db: Database, now: () => string): Outbox => {
  const update = (id: number, changes: object) =>
    withRetries<never, void>(async () => {
      await db.write('outbox').where({ id }).update(changes)
      return E.right(undefined)
    })
  return {
    claim: (limit, now, leaseUntil) =>
      withRetries<never, readonly QueuedEvent[]>(async () => {
        const rows = await claimDue<OutboxRow>(db, 'outbox', { limit, now, leaseUntil })
        return E.right(rows.flatMap(toQueued))
      }),
    done: (id, at) => update(id, { done_at: fromInstant(at) }),
    retry: (id, at, reason) => update(id, triedAgain(at, reason, now())),
  }
}
