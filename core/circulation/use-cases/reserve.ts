/** RES-1: a member waits for a title (circulation R6.2, R6.3). */
import { memberOf } from '../../identity/actor.ts'
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { BookId, BranchId, Ids, MemberId, ReservationId } from '../../shared/id.ts'
import { dayOf, plusDays } from '../../shared/local-time.ts'
import type { Day, Instant } from '../../shared/local-time.ts'
import { invalidInput } from '../../shared/refusal.ts'
import type { InvalidInput, NotFound, PermissionDenied, Verdict } from '../../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { reserved } from '../audit-entries.ts'
import { positionIn } from '../hold-queue.ts'
import type { Override } from '../loan.ts'
import { failed, refusing, used } from '../policy.ts'
import { calendarIn } from '../calendar-ports.ts'
import type { CirculationStores } from '../ports.ts'
import type { ReservationOverview } from '../reservation-ports.ts'
import type { ReservationRefused } from '../refusals.ts'
import { assessReservation } from '../reservation-assessment.ts'
import type { ReservationAssessment, ReservationAssessmentStores } from '../reservation-assessment.ts'
import { withEstimate } from '../reservation-overview.ts'
import type { ReservationPolicy } from '../reservation-policies.ts'
import { place } from '../reservation.ts'
import type { NewReservation } from '../reservation.ts'

export interface Reserve {
  readonly act: Act
  /** null: the member who acts. */
  readonly memberId: MemberId | null
  readonly bookId: BookId
  /** Where it will be fetched. */
  readonly branchId: BranchId
  /** The last day on which the member still wants it, null for always. */
  readonly expiresOn: Day | null
  readonly override: Override | null
}

export type ReserveError =
  NotFound | PermissionDenied | InvalidInput | ReservationRefused | DuplicateKey | StaleWrite | StoreFailure

export interface ReserveResult {
  readonly overview: ReservationOverview
  /** Failed rules that refused nothing: warnings, and what was overridden. */
  readonly warnings: readonly Verdict[]
}

type ReserveStores = ReservationAssessmentStores &
  Pick<CirculationStores, 'borrowers' | 'titles' | 'supplies'> &
  AuditStores

export interface ReserveDeps {
  readonly work: UnitOfWork<ReserveStores>
  readonly clock: Clock
  readonly ids: Ids
  readonly policies: readonly ReservationPolicy[]
}

/** Locks the member and the book, which orders its queue; asks every policy and saves. */
export const reserve =
  ({ work, clock, ids, policies }: ReserveDeps) =>
  (command: Reserve): TaskEither<ReserveError, ReserveResult> =>
    pipe(
      ids.next('reservation'),
      TE.flatMap(id =>
        work.run(stores => {
          const now = clock.now()
          return pipe(
            TE.Do,
            TE.bindW('memberId', () => borrower(stores, command)),
            TE.tap(({ memberId }) => TE.fromEither(allowed(command, memberId))),
            TE.bindW('member', ({ memberId }) => stores.borrowers.get(memberId)),
            TE.bindW('title', () => stores.titles.get(command.bookId)),
            TE.bindW('assessment', ({ member, title }) =>
              assessReservation(policies, stores)({ member, title, branchId: command.branchId, now }),
            ),
            TE.tap(({ assessment }) => TE.fromEither(decide(command, assessment))),
            TE.bindW('pickup', () => calendarIn(stores, command.branchId)),
            TE.let('today', ({ pickup }) => dayOf(now, pickup.zone)),
            TE.tap(({ today }) => TE.fromEither(stillWanted(command, today))),
            TE.bindW('queue', () => stores.reservations.queueOf(command.bookId)),
            TE.bindW('reservation', ({ memberId, assessment, today }) =>
              stores.reservations.save(
                place(wanted(command, id, memberId, assessment, today, now)),
                command.act,
              ),
            ),
            TE.tap(({ reservation, assessment }) =>
              stores.audit.record(
                command.act,
                reserved(reservation, used(assessment.verdicts, command.override)),
              ),
            ),
            TE.bindW('overview', ({ reservation, queue, member }) =>
              withEstimate(
                stores,
                { reservation, queuePosition: positionIn(queue, reservation), privileges: member },
                now,
              ),
            ),
            TE.map(({ overview, assessment }) => ({ overview, warnings: failed(assessment.verdicts) })),
          )
        }),
      ),
    )

const borrower = (
  { borrowers }: ReserveStores,
  { memberId, act }: Reserve,
): TaskEither<NotFound | InvalidInput, MemberId> => {
  const self = memberOf(act.actor)
  if (memberId !== null) return borrowers.locate({ memberId })
  return self === null
    ? TE.left(invalidInput('user_id', 'REQUIRED', 'Say who reserves: user_id'))
    : TE.right(self)
}

/** The act itself, and the override, which needs a permission of its own (R2.1). */
const allowed = (
  { act, branchId, override }: Reserve,
  memberId: MemberId,
): Either<PermissionDenied, void> => {
  const subject = { memberId, branchId }
  return pipe(
    permitted(act.actor, 'reservation:create', subject),
    E.flatMap(() =>
      override === null ? E.right(undefined) : permitted(act.actor, 'loan:override', subject),
    ),
  )
}

/** A last day that is over, where it would be fetched, would be no reservation. */
const stillWanted = ({ expiresOn }: Reserve, today: Day): Either<InvalidInput, void> =>
  expiresOn !== null && expiresOn < today
    ? E.left(invalidInput('expires_on', 'OUT_OF_RANGE', 'It must not lie in the past'))
    : E.right(undefined)

const decide = (
  { override }: Reserve,
  { verdicts }: ReservationAssessment,
): Either<ReservationRefused, void> =>
  refusing(verdicts, override).length > 0
    ? E.left({ type: 'ReservationRefused', verdicts: failed(verdicts) })
    : E.right(undefined)

const wanted = (
  { bookId, branchId, expiresOn }: Reserve,
  id: ReservationId,
  memberId: MemberId,
  { values }: ReservationAssessment,
  today: Day,
  now: Instant,
): NewReservation => ({
  id,
  memberId,
  bookId,
  branchId,
  reservedAt: now,
  priority: values.reservationPriority,
  expiresOn,
  queueUntil: values.reservationDays === null ? null : plusDays(today, values.reservationDays),
})
