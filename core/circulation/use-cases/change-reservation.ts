/** RES-3: a reservation is suspended, fetched elsewhere, moved in its queue or given another last day (circulation R6.2, R6.3, R6.5). */
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { BranchId, ReservationId } from '../../shared/id.ts'
import { dayOf } from '../../shared/local-time.ts'
import type { Day, Instant } from '../../shared/local-time.ts'
import { invalidInput } from '../../shared/refusal.ts'
import type { Conflict, InvalidInput, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import { startingOver } from '../../shared/unit-of-work.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { reservationChanged } from '../audit-entries.ts'
import { positionIn } from '../hold-queue.ts'
import { carryTo } from '../hold-shelf.ts'
import type { HoldStores } from '../hold-shelf.ts'
import { evaluate, failed } from '../policy.ts'
import { calendarIn } from '../calendar-ports.ts'
import type { CirculationStores } from '../ports.ts'
import type { ReservationKeys, ReservationOverview } from '../reservation-ports.ts'
import type { ReservationRefused } from '../refusals.ts'
import { withEstimate } from '../reservation-overview.ts'
import { pickupBranch } from '../reservation-policies.ts'
import type { LivingReservation } from '../reservation.ts'
import { change } from '../reservation-change.ts'
import type { ReservationChanges } from '../reservation-change.ts'
import { hold } from '../reservation-end.ts'
import type { Held } from '../reservation-end.ts'

export interface ChangeReservation {
  readonly act: Act
  readonly reservationId: ReservationId
  /** What is left out stays. */
  readonly changes: Partial<ReservationChanges>
}

export type ChangeReservationError =
  | NotFound
  | PermissionDenied
  | VersionMismatch
  | InvalidInput
  | Conflict
  | ReservationRefused
  | DuplicateKey
  | StaleWrite
  | StoreFailure

type Stores = HoldStores & Pick<CirculationStores, 'pickupBranches' | 'supplies'> & AuditStores

export interface ChangeReservationDeps {
  readonly work: UnitOfWork<Stores>
  readonly clock: Clock
}

/** What changes nothing writes nothing. */
export const changeReservation =
  ({ work, clock }: ChangeReservationDeps) =>
  (command: ChangeReservation): TaskEither<ChangeReservationError, ReservationOverview> =>
    startingOver<ChangeReservationError, ReservationOverview>(
      work.run(stores => {
        const now = clock.now()
        const { act, reservationId, changes } = command
        return pipe(
          TE.Do,
          TE.bindW('keys', () => stores.reservations.locate(reservationId)),
          TE.tap(({ keys }) => TE.fromEither(allowed(command, keys))),
          TE.bindW('held', ({ keys }) => hold(stores, reservationId, keys)),
          TE.tap(({ held }) => TE.fromEither(asExpected(act, 'reservation', held.reservation))),
          TE.bindW('pickup', ({ held }) => calendarIn(stores, changes.branchId ?? held.reservation.branchId)),
          TE.tap(({ pickup }) => TE.fromEither(daysToCome(changes, dayOf(now, pickup.zone)))),
          TE.bindW('change', ({ held }) => TE.fromEither(change(held.reservation, changes, now))),
          TE.tap(({ held, change: { state } }) =>
            state.branchId === held.reservation.branchId
              ? TE.right(undefined)
              : fetchable(stores, state.branchId),
          ),
          TE.bindW('saved', ({ held, change: changed }) =>
            changed.events.length === 0
              ? TE.right(changed.state)
              : pipe(
                  stores.reservations.save(changed, act),
                  TE.tap(saved => movedWith(stores, act, held, saved, now)),
                  TE.tap(saved => stores.audit.record(act, reservationChanged(held.reservation, saved, now))),
                ),
          ),
          TE.flatMap(({ saved }) => shown(stores, saved, now)),
        )
      }),
    )

/** Both where it is fetched now and where it will be; the order of the queue is the staff's. */
const allowed = (
  { act, changes }: ChangeReservation,
  { memberId, branchId }: ReservationKeys,
): Either<PermissionDenied, void> =>
  pipe(
    permitted(act.actor, 'reservation:change', { memberId, branchId }),
    E.flatMap(() =>
      changes.branchId === undefined
        ? E.right(undefined)
        : permitted(act.actor, 'reservation:change', { memberId, branchId: changes.branchId }),
    ),
    E.flatMap(() =>
      changes.priority === undefined
        ? E.right(undefined)
        : permitted(act.actor, 'reservation:prioritise', { memberId, branchId }),
    ),
  )

/** A last day that is over would be no reservation, and a suspension until today none either. */
const daysToCome = (
  { expiresOn = null, suspendedUntil = null }: Partial<ReservationChanges>,
  today: Day,
): Either<InvalidInput, void> => {
  if (suspendedUntil !== null && suspendedUntil <= today) {
    return E.left(invalidInput('suspended_until', 'OUT_OF_RANGE', 'It must lie after today'))
  }
  return expiresOn !== null && expiresOn < today
    ? E.left(invalidInput('expires_on', 'OUT_OF_RANGE', 'It must not lie in the past'))
    : E.right(undefined)
}

const fetchable = (stores: Stores, branchId: BranchId): TaskEither<ReservationRefused, void> =>
  pipe(
    stores.pickupBranches.serves(branchId),
    TE.flatMap((serves): TaskEither<ReservationRefused, void> => {
      const verdicts = failed(evaluate([pickupBranch])({ pickup: { branchId, serves } }))
      return verdicts.length === 0 ? TE.right(undefined) : TE.left({ type: 'ReservationRefused', verdicts })
    }),
  )

/** The copy that was set aside for it goes where it will be fetched. */
const movedWith = (
  stores: Stores,
  act: Act,
  { title, copy, reservation }: Held,
  { branchId }: LivingReservation,
  now: Instant,
): TaskEither<StaleWrite | DuplicateKey, void> =>
  branchId !== reservation.branchId && (copy?.status === 'kept' || copy?.status === 'in_transit')
    ? pipe(
        carryTo(stores, title, copy, branchId, {
          act,
          at: now,
          place: copy.status === 'kept' ? reservation.branchId : null,
          reservationId: reservation.id,
        }),
        TE.map(() => undefined),
      )
    : TE.right(undefined)

const shown = (
  stores: Stores,
  reservation: LivingReservation,
  now: Instant,
): TaskEither<never, ReservationOverview> =>
  pipe(
    TE.Do,
    TE.bind('privileges', () => stores.borrowers.privilegesOf(reservation.memberId)),
    TE.bind('queuePosition', () =>
      reservation.status === 'waiting'
        ? pipe(
            stores.reservations.queueOf(reservation.bookId),
            TE.map(queue => positionIn(queue, reservation)),
          )
        : TE.right(null),
    ),
    TE.flatMap(found => withEstimate(stores, { reservation, ...found }, now)),
  )
