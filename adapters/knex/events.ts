/** The outbox is written in the transaction of the change it tells of. */
import { memberOf } from '../../core/identity/actor.ts'
import type { Act } from '../../core/identity/actor.ts'
import type { DomainEvent } from '../../core/shared/changed.ts'
import { fromInstant, fromJson } from './columns.ts'
import type { Transaction } from './unit-of-work.ts'

/** `seq` counts the events of an aggregate from 1; its row is locked, so that nobody counts beside us. */
export const appendEvents = async (
  { knex, now, nextEventId }: Transaction,
  events: readonly DomainEvent[],
  { actor, requestId }: Act,
): Promise<void> => {
  for (const event of events) {
    const earlier = knex('outbox')
      .where({ aggregate: event.aggregate, aggregate_id: event.aggregateId })
      .select(knex.raw('coalesce(max(seq), 0) + 1'))
    await knex('outbox').insert({
      id: nextEventId(),
      type: event.type,
      version: event.version,
      aggregate: event.aggregate,
      aggregate_id: event.aggregateId,
      seq: earlier,
      occurred_at: fromInstant(event.occurredAt),
      recorded_at: now(),
      due_at: now(),
      actor_id: memberOf(actor),
      request_id: requestId,
      payload: fromJson(event.payload),
    })
  }
}
