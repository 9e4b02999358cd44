/** What a store tells of its own bookkeeping to be checked: the outbox, kept answers, id blocks. */
import type { FactPages } from '../shared/consistency.ts'
import type { IdKind, LoanId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'

export interface AggregateKey {
  readonly aggregate: string
  readonly aggregateId: number
}

/** The events of one aggregate that are still kept, by `seq`. */
export interface EventSequence extends AggregateKey {
  readonly events: readonly {
    readonly seq: number
    /** Real time. */
    readonly recordedAt: Instant
  }[]
}

export interface EventIdFacts {
  readonly eventId: number
  /** How many events have it. */
  readonly times: number
}

export interface ReceiptKey {
  readonly caller: string
  readonly key: string
}

/** An answer kept for an Idempotency-Key that tells of something new. */
export interface ReceiptFacts extends ReceiptKey {
  /** The loan that it names; null for an answer about anything else. */
  readonly loanId: LoanId | null
  readonly loanIsThere: boolean
}

/** How far the ids of one kind were given. */
export interface IdBlockFacts {
  readonly kind: IdKind | 'event'
  /** The first that was given to nobody. */
  readonly next: number
  /** The highest in use, 0 where there is none. */
  readonly highest: number
}

export interface OperationsFacts {
  readonly eventSequences: FactPages<EventSequence, AggregateKey>
  readonly eventIds: FactPages<EventIdFacts, number>
  readonly receipts: FactPages<ReceiptFacts, ReceiptKey>
  /** Few: all on the first page. */
  readonly idBlocks: FactPages<IdBlockFacts, string>
}
