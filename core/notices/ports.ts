/** What notices need of the outside: the queue of events to hand on, and somebody to tell. */
import type { TaskEither } from '../shared/fp.ts'
import type { Instant } from '../shared/local-time.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'
import type { MemberId } from '../shared/id.ts'
import type { Enclosed, Enclosing, LibraryEvent, Notice } from './notice.ts'

/** The channel did not take it; it is tried again later. */
export interface NotSent {
  readonly type: 'NotSent'
  readonly detail: string
}

export interface Notifier {
  /** Tells the member, or the staff of the branch. The same key twice is one notice. */
  send(notice: Notice): TaskEither<NotSent, void>
}

/**
 * Writes what a notice encloses, the same each time it is asked for the same; null where there is nothing to be sent.
 */
export type WriteEnclosure = (
  reason: Enclosing,
) => TaskEither<StoreFailure, (Enclosed & { readonly memberId: MemberId }) | null>

export interface QueuedEvent {
  readonly id: number
  readonly event: LibraryEvent
  /** How often it was claimed, this time included. */
  readonly attempts: number
}

/** The outbox: events that were written with the change they tell of, waiting to be handed on. */
export interface Outbox {
  /** Takes due events for itself until the lease ends; what another process holds is passed over. */
  claim(limit: number, now: Instant, leaseUntil: Instant): TaskEither<StoreFailure, readonly QueuedEvent[]>
  done(id: number, at: Instant): TaskEither<StoreFailure, void>
  /** Not before `at`; a null gives it up (a dead letter, kept for a person to look at). */
  retry(id: number, at: Instant | null, reason: string): TaskEither<StoreFailure, void>
}
