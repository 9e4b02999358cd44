/** The job `resume-suspended`: what was suspended until a day goes on, in its old place (circulation R6.2). */
import { actBy, system } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { ReservationId } from '../../shared/id.ts'
import { dayOf, plusDays } from '../../shared/local-time.ts'
import type { Zone } from '../../shared/local-time.ts'
import { oneByOne } from '../../shared/one-by-one.ts'
import type { Tally } from '../../shared/one-by-one.ts'
import type { Conflict, NotFound } from '../../shared/refusal.ts'
import { startingOver } from '../../shared/unit-of-work.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { reservationChanged } from '../audit-entries.ts'
import type { HoldStores } from '../hold-shelf.ts'
import { calendarIn } from '../calendar-ports.ts'
import type { ReservationQueries } from '../reservation-ports.ts'
import { hold } from '../reservation-end.ts'
import { resume } from '../reservation.ts'

type Stores = HoldStores & AuditStores

export interface ResumeSuspendedDeps {
  readonly work: UnitOfWork<Stores>
  readonly queries: Pick<ReservationQueries, 'suspendedUntil'>
  readonly clock: Clock
}

/** With the first moment of its day where it will be fetched. Safe to run twice: what goes on already is skipped. */
export const resumeSuspended = ({
  work,
  queries,
  clock,
}: ResumeSuspendedDeps): TaskEither<StoreFailure, Tally> =>
  pipe(
    TE.fromIO(() => clock.now()),
    // No zone is further ahead than a day: each is looked at again in its own.
    TE.flatMap(now =>
      oneByOne<ReservationId>(
        (after, limit) => queries.suspendedUntil(plusDays(dayOf(now, 'UTC' as Zone), 1), after, limit),
        id => resumeIfDue(work, clock, id),
      ),
    ),
  )

type ResumeError = NotFound | Conflict | DuplicateKey | StaleWrite | StoreFailure

const resumeIfDue = (
  work: ResumeSuspendedDeps['work'],
  clock: Clock,
  id: ReservationId,
): TaskEither<ResumeError, boolean> =>
  startingOver<ResumeError, boolean>(
    work.run(stores => {
      const now = clock.now()
      const act = actBy(system)
      return pipe(
        TE.Do,
        TE.bindW('keys', () => stores.reservations.locate(id)),
        TE.bindW('held', ({ keys }) => hold(stores, id, keys)),
        TE.bindW('pickup', ({ held }) => calendarIn(stores, held.reservation.branchId)),
        TE.flatMap(({ held: { reservation }, pickup }): TaskEither<StaleWrite | DuplicateKey, boolean> =>
          reservation.status === 'suspended' &&
          reservation.suspendedUntil !== null &&
          reservation.suspendedUntil <= dayOf(now, pickup.zone)
            ? pipe(
                stores.reservations.save(resume(reservation, now), act),
                TE.tap(resumed => stores.audit.record(act, reservationChanged(reservation, resumed, now))),
                TE.map(() => true),
              )
            : TE.right(false),
        ),
      )
    }),
  )
