/** What must hold of the store's own bookkeeping: events in order, answers that are true, ids that come once. */
import { breach, check } from '../shared/consistency.ts'
import type { Breach, Check, Invariant } from '../shared/consistency.ts'
import { repeated } from '../shared/grouped.ts'
import { surelyKeptSince } from '../shared/retention.ts'
import type {
  EventIdFacts,
  EventSequence,
  IdBlockFacts,
  OperationsFacts,
  ReceiptFacts,
} from './consistency-facts.ts'

const noDoubles: Invariant<EventSequence> = {
  name: 'event-seq-once',
  repair:
    'Whoever listens to the events is to read the state of the thing anew; its events are given their places by hand.',
  breaches: ({ aggregate, aggregateId, events }) =>
    repeated(events, ({ seq }) => seq).map(([seq, same]) =>
      breach(aggregate, aggregateId, 'Several of its events have one place', { seq, times: same.length }),
    ),
}

/**
 * What is missing between two events was written after the first of them: where that is younger than any purge goes, nobody may
 * have taken it away. What is missing before the first that is kept may have been purged.
 */
const noGaps: Invariant<EventSequence> = {
  name: 'event-seq-without-gaps',
  repair:
    'Whoever listens to the events is to read the state of the thing anew: what is missing is not written again.',
  breaches: ({ aggregate, aggregateId, events }, now) =>
    events.flatMap(({ seq, recordedAt }, index): readonly Breach[] => {
      const next = events[index + 1]
      return next === undefined || next.seq <= seq + 1 || recordedAt < surelyKeptSince(now)
        ? []
        : [breach(aggregate, aggregateId, 'An event of it is missing', { after: seq, before: next.seq })]
    }),
}

export const eventSequenceInvariants: readonly Invariant<EventSequence>[] = [noDoubles, noGaps]

const eventIdOnce: Invariant<EventIdFacts> = {
  name: 'event-id-once',
  repair: 'One of the events is given another id by hand, before it is handed on.',
  breaches: ({ eventId, times }) =>
    times === 1 ? [] : [breach('event', eventId, 'Several events have one id', { times })],
}

export const eventIdInvariants: readonly Invariant<EventIdFacts>[] = [eventIdOnce]

/** ADR 14: the answer was written in the transaction of what it tells of. */
const receiptIsTrue: Invariant<ReceiptFacts> = {
  name: 'receipt-names-its-loan',
  repair: 'Delete the answer from idempotency_keys: the same request then does its work.',
  breaches: ({ loanId, loanIsThere }) =>
    loanId === null || loanIsThere
      ? []
      : [breach('borrowing', loanId, 'An answer kept for an Idempotency-Key names it, and it is not there')],
}

export const receiptInvariants: readonly Invariant<ReceiptFacts>[] = [receiptIsTrue]

const idsAhead: Invariant<IdBlockFacts> = {
  name: 'id-block-ahead',
  repair:
    'Stop all processes and set next_id of id_blocks above the highest id in use, before anything else is written.',
  breaches: ({ kind, next, highest }) =>
    highest < next
      ? []
      : [breach(kind, highest, 'The next id of its kind is not above every id in use', { next })],
}

export const idBlockInvariants: readonly Invariant<IdBlockFacts>[] = [idsAhead]

export const operationsChecks = (facts: OperationsFacts): readonly Check[] => [
  check('event sequences', {
    pages: facts.eventSequences,
    keyOf: ({ aggregate, aggregateId }) => ({ aggregate, aggregateId }),
    invariants: eventSequenceInvariants,
  }),
  check('events', {
    pages: facts.eventIds,
    keyOf: ({ eventId }) => eventId,
    invariants: eventIdInvariants,
  }),
  check('kept answers', {
    pages: facts.receipts,
    keyOf: ({ caller, key }) => ({ caller, key }),
    invariants: receiptInvariants,
  }),
  check('id blocks', {
    pages: facts.idBlocks,
    keyOf: ({ kind }) => kind,
    invariants: idBlockInvariants,
  }),
]
