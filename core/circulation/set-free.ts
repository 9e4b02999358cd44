/** A reservation ends before it was filled: the copy set aside for it goes on to the next in line (circulation R6.6). */
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
import type { ReservationKeys } from './ports.ts'
import type { EndedReservation, Reservation } from './reservation.ts'
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
