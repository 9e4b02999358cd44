/** The queue of a title: who gets the next copy (circulation R6.2, R6.4). */
import type { BookId, BranchId } from '../shared/id.ts'
import type { Available } from './copy.ts'
import type { SuspendedReservation, WaitingReservation } from './reservation.ts'

/** What decides which rules count for a member. */
export interface Privileges {
  readonly membershipType: string
  readonly homeBranchId: BranchId | null
}

/** One who waits, with what decides whether a copy may go to him. */
export interface Waiting extends Privileges {
  readonly reservation: WaitingReservation
}

/** One whom no copy is set aside for, suspended or not. */
export interface Unserved extends Privileges {
  readonly reservation: WaitingReservation | SuspendedReservation
}

/** A title that is waited for and of which copies stand free. */
export interface WantedTitle {
  readonly bookId: BookId
  readonly title: string
  /** Those of every branch, by id. */
  readonly free: readonly Available[]
  /** Those who wait and are not suspended, in no order. */
  readonly queue: readonly Waiting[]
}

/** Priority class, the higher first, then time, then id (R6.2). */
export const earlier = (
  a: Pick<WaitingReservation, 'priority' | 'reservedAt' | 'id'>,
  b: Pick<WaitingReservation, 'priority' | 'reservedAt' | 'id'>,
): number => b.priority - a.priority || a.reservedAt - b.reservedAt || a.id - b.id

/**
 * The first in order whom the copy may go to.
 * @param mayBorrow by the rules that count for him (R6.4)
 * @returns null when it may go to none of them
 */
export const firstInLine = (
  queue: readonly Waiting[],
  mayBorrow: (waiting: Waiting) => boolean,
): Waiting | null => [...queue].sort((a, b) => earlier(a.reservation, b.reservation)).find(mayBorrow) ?? null

/** From 1, among those who wait; the reservation itself need not be in the queue yet. */
export const positionIn = (
  queue: readonly Pick<Waiting, 'reservation'>[],
  reservation: Pick<WaitingReservation, 'priority' | 'reservedAt' | 'id'>,
): number => queue.filter(({ reservation: other }) => earlier(other, reservation) < 0).length + 1
