/** The outbox: events are written with the change they tell of, and handed on from here. */
import { memberOf } from '../../core/identity/actor.ts'
import type { Act } from '../../core/identity/actor.ts'
import type { LibraryEvent } from '../../core/notices/notice.ts'
import type { Outbox } from '../../core/notices/ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database, OutboxRow } from './database.ts'

/** Inside a unit of work: what it changed is told of when it is kept. */
export const publish = (
  { tables, now, nextId }: Database,
  events: readonly LibraryEvent[],
  { actor, requestId }: Act,
): void => {
  for (const event of events) {
    tables.outbox.add({
      id: nextId('outbox'),
      event,
      actorId: memberOf(actor),
      requestId,
      recordedAt: now(),
      attempts: 0,
      notBefore: null,
      state: 'waiting',
      doneAt: null,
      reason: null,
    })
  }
}

/** On the committed rows: each call is a unit of work of its own. */
export const outbox = ({ tables }: Database): Outbox => {
  const change = (id: number, changes: Partial<OutboxRow>): void => {
    const row = tables.outbox.find(id)
    if (row !== undefined) tables.outbox.put({ ...row, ...changes })
  }
  return {
    claim: (limit, now, leaseUntil) =>
      TE.fromIO(() => {
        const due = tables.outbox
          .where('state', 'waiting')
          .filter(({ notBefore }) => notBefore === null || notBefore <= now)
          .sort((a, b) => a.id - b.id)
          .slice(0, limit)
          .map(row => ({ ...row, attempts: row.attempts + 1, notBefore: leaseUntil }))
        due.forEach(row => tables.outbox.put(row))
        return due.map(({ id, event, attempts }) => ({ id, event, attempts }))
      }),
    done: (id, at) => TE.fromIO(() => change(id, { state: 'done', doneAt: at })),
    retry: (id, at, reason) =>
      TE.fromIO(() =>
        change(id, at === null ? { state: 'dead', reason } : { state: 'waiting', notBefore: at, reason }),
      ),
  }
}
