/** The outbox is written in the transaction of the change it tells of. */
import { memberOf } from '../../core/identity/actor.ts'
import type { Act } from '../../core/identity/actor.ts'
import type { DomainEvent } from '../../core/shared/changed.ts'
import { fromInstant, fromJson } from './columns.ts'
import { statement } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'

interface NewEvent {
  readonly id: number
  readonly type: string
  readonly version: number
  readonly aggregate: string
  readonly aggregateId: number
  readonly occurredAt: string
  readonly now: string
  readonly actorId: number | null
  readonly requestId: string | null
  readonly payload: string
}

/** `seq` counts the events of an aggregate from 1; its row is locked, so that nobody counts beside us. */
const appended = statement<never, NewEvent>((tables, event) =>
  tables('outbox').insert({
    id: event.id,
    type: event.type,
    version: event.version,
    aggregate: event.aggregate,
    aggregate_id: event.aggregateId,
    seq: tables('outbox')
      .where({ aggregate: event.aggregate, aggregate_id: event.aggregateId })
      .select(tables.raw('coalesce(max(seq), 0) + 1')),
    occurred_at: event.occurredAt,
    recorded_at: event.now,
    due_at: event.now,
    actor_id: event.actorId,
    request_id: event.requestId,
    payload: event.payload,
  }),
)

export const appendEvents = async (
  { write, now, nextEventId }: Pick<Transaction, 'write' | 'now' | 'nextEventId'>,
  events: readonly DomainEvent[],
  { actor, requestId }: Act,
): Promise<void> => {
  for (const event of events) {
    await write(appended, {
      id: nextEventId(),
      type: event.type,
      version: event.version,
      aggregate: event.aggregate,
      aggregateId: event.aggregateId,
      occurredAt: fromInstant(event.occurredAt),
      now: now(),
      actorId: memberOf(actor),
      requestId,
      payload: fromJson(event.payload),
    })
  }
}
