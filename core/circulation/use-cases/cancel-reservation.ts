/** RES-3: a reservation is given up; what was kept for it goes on to the next (circulation R6.6). */
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { ReservationId } from '../../shared/id.ts'
import type { Conflict, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import { startingOver } from '../../shared/unit-of-work.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import type { HoldStores } from '../hold-shelf.ts'
import { cancel } from '../reservation.ts'
import type { EndedReservation } from '../reservation.ts'
import { hold, setFree } from '../reservation-end.ts'

export interface CancelReservation {
  readonly act: Act
  readonly reservationId: ReservationId
}

export type CancelReservationError =
  NotFound | PermissionDenied | VersionMismatch | Conflict | DuplicateKey | StaleWrite | StoreFailure

export interface CancelReservationDeps {
  readonly work: UnitOfWork<HoldStores & AuditStores>
  readonly clock: Clock
}

export const cancelReservation =
  ({ work, clock }: CancelReservationDeps) =>
  ({ act, reservationId }: CancelReservation): TaskEither<CancelReservationError, EndedReservation> =>
    startingOver<CancelReservationError, EndedReservation>(
      work.run(stores => {
        const now = clock.now()
        return pipe(
          TE.Do,
          TE.bindW('keys', () => stores.reservations.locate(reservationId)),
          TE.tap(({ keys }) => TE.fromEither(permitted(act.actor, 'reservation:cancel', keys))),
          TE.bindW('held', ({ keys }) => hold(stores, reservationId, keys)),
          TE.tap(({ held }) => TE.fromEither(asExpected(act, 'reservation', held.reservation))),
          TE.bindW('end', ({ held }) => TE.fromEither(cancel(held.reservation, now))),
          TE.bindW('ended', ({ held, end }) => setFree(stores, act, held, end, now)),
          TE.tap(({ held }) =>
            stores.audit.record(act, {
              action: 'reservation.cancelled',
              target: { type: 'reservation', id: reservationId },
              at: now,
              before: { status: held.reservation.status },
              after: { status: 'cancelled' },
            }),
          ),
          TE.map(({ ended }) => ended),
        )
      }),
    )
