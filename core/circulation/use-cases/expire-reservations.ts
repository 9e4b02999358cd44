/** The jobs `expire-pickups` and `expire-reservations`: whose time is over, on the shelf or in the queue (circulation R6.5, R6.6). */
import { actBy, system } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { ReservationId } from '../../shared/id.ts'
import { dayOf, plusDays } from '../../shared/local-time.ts'
import type { Instant, Zone } from '../../shared/local-time.ts'
import { oneByOne } from '../../shared/one-by-one.ts'
import type { Tally } from '../../shared/one-by-one.ts'
import type { Conflict, NotFound } from '../../shared/refusal.ts'
import { startingOver } from '../../shared/unit-of-work.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { HoldStores } from '../hold-shelf.ts'
import { calendarIn } from '../calendar-ports.ts'
import type { ReservationQueries } from '../reservation-ports.ts'
import { expire, lastDayInQueue } from '../reservation.ts'
import type { Reservation } from '../reservation.ts'
import { hold, setFree } from '../reservation-end.ts'
import type { Held } from '../reservation-end.ts'

export interface ExpireReservationsDeps {
  readonly work: UnitOfWork<HoldStores & AuditStores>
  readonly queries: Pick<ReservationQueries, 'overdueOnShelf' | 'overdueInQueue'>
  readonly clock: Clock
}

/** A copy not fetched in time goes to the next in line, else home. Safe to run twice: what has ended is skipped. */
export const expirePickups = ({
  work,
  queries,
  clock,
}: ExpireReservationsDeps): TaskEither<StoreFailure, Tally> =>
  pipe(
    TE.fromIO(() => clock.now()),
    TE.flatMap(now =>
      oneByOne<ReservationId>(
        (after, limit) => queries.overdueOnShelf(now, after, limit),
        id => endIf(work, clock, id, () => TE.right(shelfTimeOver)),
      ),
    ),
  )

/** A wish that has waited for too long, by the member's own date or by the rule. */
export const expireReservations = ({
  work,
  queries,
  clock,
}: ExpireReservationsDeps): TaskEither<StoreFailure, Tally> =>
  pipe(
    TE.fromIO(() => clock.now()),
    // No zone is further ahead than a day: each is looked at again in its own.
    TE.flatMap(now =>
      oneByOne<ReservationId>(
        (after, limit) => queries.overdueInQueue(plusDays(dayOf(now, 'UTC' as Zone), 1), after, limit),
        id =>
          endIf(work, clock, id, (stores, { branchId }) =>
            pipe(
              calendarIn(stores, branchId),
              TE.map(({ zone }) => queueTimeOver(zone)),
            ),
          ),
      ),
    ),
  )

type Ending = Extract<Reservation, { readonly status: 'ready' | 'waiting' | 'suspended' }>
type Over = (reservation: Reservation, now: Instant) => reservation is Ending

/** It is kept to the last second that `ready_until` shows. */
const shelfTimeOver: Over = (reservation, now): reservation is Ending =>
  reservation.status === 'ready' && reservation.readyUntil !== null && now >= reservation.readyUntil + 1000

const queueTimeOver =
  (zone: Zone): Over =>
  (reservation, now): reservation is Ending => {
    const last = lastDayInQueue(reservation)
    return (
      (reservation.status === 'waiting' || reservation.status === 'suspended') &&
      last !== null &&
      last < dayOf(now, zone)
    )
  }

type ExpireError = NotFound | Conflict | DuplicateKey | StaleWrite | StoreFailure
type Stores = HoldStores & AuditStores

const endIf = (
  work: ExpireReservationsDeps['work'],
  clock: Clock,
  id: ReservationId,
  overIn: (stores: Stores, reservation: Reservation) => TaskEither<never, Over>,
): TaskEither<ExpireError, boolean> =>
  startingOver<ExpireError, boolean>(
    work.run(stores => {
      const now = clock.now()
      return pipe(
        TE.Do,
        TE.bindW('keys', () => stores.reservations.locate(id)),
        TE.bindW('held', ({ keys }) => hold(stores, id, keys)),
        TE.bindW('over', ({ held }) => overIn(stores, held.reservation)),
        TE.flatMap(({ held, over }): TaskEither<StaleWrite | DuplicateKey, boolean> =>
          over(held.reservation, now) ? end(stores, held, held.reservation, now) : TE.right(false),
        ),
      )
    }),
  )

const end = (
  stores: Stores,
  held: Held,
  reservation: Ending,
  now: Instant,
): TaskEither<StaleWrite | DuplicateKey, boolean> => {
  const act = actBy(system)
  return pipe(
    setFree(stores, act, held, expire(reservation, now), now),
    TE.tap(() =>
      stores.audit.record(act, {
        action: 'reservation.expired',
        target: { type: 'reservation', id: reservation.id },
        at: now,
        before: { status: reservation.status },
        after: { status: 'expired' },
      }),
    ),
    TE.map(() => true),
  )
}
