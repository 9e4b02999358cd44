/** A reservation ends: a copy that was set aside for it, and is not what he got, goes on to the next in line (circulation R2.4, R6.6). */
import type { Act } from '../identity/actor.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { Instant } from '../shared/local-time.ts'
import type { NotFound } from '../shared/refusal.ts'
import { keysMoved } from '../shared/unit-of-work.ts'
import type { DuplicateKey, KeysMoved, StaleWrite } from '../shared/unit-of-work.ts'
import type { Changed } from '../shared/changed.ts'
import type { Copy } from './copy.ts'
import type { ReservationEvent } from './events.ts'
import { settle } from './hold-shelf.ts'
import type { HoldStores } from './hold-shelf.ts'
import type { Loan } from './loan.ts'
import type { ReservationKeys } from './reservation-ports.ts'
import { fulfil, isKept } from './reservation.ts'
import type { EndedReservation, LivingReservation, Reservation } from './reservation.ts'
import type { Title } from './title.ts'

/** A reservation with everything that its end touches, locked in the fixed order: member, book, copy, reservation. */
export interface Held {
  readonly reservation: Reservation
  readonly title: Title
  /** The copy set aside for it, null when there is none. */
  readonly copy: Copy | null
}

/** `KeysMoved` when another copy was set aside for it between the look and the locks. */
export const hold = (
  stores: HoldStores,
  id: Reservation['id'],
  keys: ReservationKeys,
): TaskEither<NotFound | KeysMoved, Held> =>
  pipe(
    TE.Do,
    TE.tap(() => stores.borrowers.get(keys.memberId)),
    TE.bindW('title', () => stores.titles.get(keys.bookId)),
    TE.bindW('copy', () => (keys.copyId === null ? TE.right(null) : stores.copies.get(keys.copyId))),
    TE.bindW('reservation', () => stores.reservations.get(id)),
    TE.filterOrElseW(
      ({ reservation, copy }) => ('copyId' in reservation ? reservation.copyId : null) === (copy?.id ?? null),
      () => keysMoved,
    ),
  )

/**
 * Saves the end. From the hold shelf the copy goes on to the next reservation, else home; under way it stays so until it
 * arrives, and nobody is told early.
 */
export const setFree = (
  stores: HoldStores,
  act: Act,
  { reservation, title, copy }: Held,
  end: Changed<EndedReservation, ReservationEvent>,
  now: Instant,
): TaskEither<StaleWrite | DuplicateKey, EndedReservation> =>
  pipe(
    stores.reservations.save(end, act),
    TE.tap(() =>
      copy?.status === 'kept' && reservation.status === 'ready'
        ? settle(stores, act, { title, before: copy, copy, at: reservation.branchId, now })
        : TE.right(undefined),
    ),
  )

/**
 * The loan fills the member's reservation of the title (R2.4). What was set aside for it is another copy where he took this one: that
 * one goes on to the next in line, as after a cancellation (R6.6).
 * @param living what the member has reserved and not got yet
 * @param now when the other copy goes on, which is later than the loan for what a desk did offline
 */
export const fulfilOwn = (
  stores: HoldStores,
  act: Act,
  title: Title,
  living: readonly LivingReservation[],
  { bookId, copyId, borrowedAt }: Loan,
  now: Instant,
): TaskEither<NotFound | StaleWrite | DuplicateKey, void> => {
  const own = living.find(one => one.bookId === bookId)
  if (own === undefined) return TE.right(undefined)
  const end = fulfil(own, copyId, borrowedAt)
  return isKept(own) && own.copyId !== copyId
    ? pipe(
        // All copies of a title change under the lock of its book: the order of two of them does not matter.
        stores.copies.get(own.copyId),
        TE.flatMap(copy => setFree(stores, act, { reservation: own, title, copy }, end, now)),
        TE.map(() => undefined),
      )
    : pipe(
        stores.reservations.save(end, act),
        TE.map(() => undefined),
      )
}
