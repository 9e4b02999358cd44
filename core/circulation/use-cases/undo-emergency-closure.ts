/** R6.9: an emergency closure is taken back, and gives back the dates that nobody changed since. */
import { recordClosure } from '../../branches/audit-entries.ts'
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { BranchId, EmergencyClosureId } from '../../shared/id.ts'
import { conflict, notFound } from '../../shared/refusal.ts'
import type { Conflict, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { closureUndone } from '../audit-entries.ts'
import type { CalendarStores, EmergencyStores } from '../closure-ports.ts'
import { reopensWithin } from '../emergency-closure.ts'
import type { EmergencyClosure } from '../emergency-closure.ts'
import { overviewOf } from '../emergency-plan.ts'
import type { EmergencyOverview } from '../emergency-plan.ts'

type Stores = CalendarStores & EmergencyStores

export interface OfEmergencyClosure {
  readonly act: Act
  readonly branchId: BranchId
  readonly closureId: EmergencyClosureId
}

/** How it stands, and how far its list is done. */
export const showEmergencyClosure =
  ({ look }: { readonly look: UnitOfWork<Stores> }) =>
  (named: OfEmergencyClosure): TaskEither<NotFound | PermissionDenied | StoreFailure, EmergencyOverview> =>
    look.run(stores =>
      pipe(
        find(stores, named),
        TE.flatMap(closure => overviewOf(stores, closure)),
      ),
    )

export type UndoError = NotFound | PermissionDenied | VersionMismatch | Conflict | StaleWrite | StoreFailure

export interface UndoDeps {
  readonly work: UnitOfWork<Stores & AuditStores>
  readonly clock: Clock
  /** Has the dates given back at once. Where that fails the schedule sees to them. */
  readonly hurry: TaskEither<StoreFailure, void>
}

/**
 * The calendar has it no more at once; the dates are given back by the job, step by step. What was not moved yet is not moved any more. A date that a
 * later one has moved on is given back by that one first: else nobody would know the old date any more.
 * Undone again it is what it is.
 */
export const undoEmergencyClosure =
  ({ work, clock, hurry }: UndoDeps) =>
  (named: OfEmergencyClosure): TaskEither<UndoError, EmergencyOverview> =>
    pipe(
      work.run(stores => {
        const now = clock.now()
        return pipe(
          find(stores, named),
          TE.tap(closure => TE.fromEither(asExpected(named.act, 'emergency_closure', closure))),
          TE.flatMap((closure): TaskEither<Conflict | StaleWrite, EmergencyClosure> =>
            closure.state === 'undoing' || closure.state === 'undone'
              ? TE.right(closure)
              : pipe(
                  noneLater(stores, closure),
                  TE.flatMap(() => reopen(stores, named.act, closure)),
                  TE.flatMap(() => stores.emergencyClosures.abandon(closure.id)),
                  TE.flatMap(() =>
                    stores.emergencyClosures.save({ ...closure, closureId: null, state: 'undoing' }),
                  ),
                  TE.tap(undoing => stores.audit.record(named.act, closureUndone(closure, undoing, now))),
                ),
          ),
          TE.flatMap(closure => overviewOf(stores, closure)),
        )
      }),
      TE.tap(() =>
        pipe(
          hurry,
          TE.orElse(() => TE.right<never, void>(undefined)),
        ),
      ),
    )

/** Holds the branch first, then the closure. */
const find = (
  { branches, emergencyClosures }: Stores,
  { act, branchId, closureId }: OfEmergencyClosure,
): TaskEither<NotFound | PermissionDenied, EmergencyClosure> =>
  pipe(
    branches.get(branchId),
    TE.flatMap(() => emergencyClosures.get(closureId)),
    TE.filterOrElseW(
      closure => closure.branchId === branchId,
      () => notFound('emergency_closure', closureId),
    ),
    TE.tap(() => TE.fromEither(permitted(act.actor, 'branch:write', { branchId }))),
  )

/** The branch is held: one that is applied looks for no more dates, one that is applying may come upon those of this one any moment. */
const noneLater = (
  { emergencyClosures }: EmergencyStores,
  closure: EmergencyClosure,
): TaskEither<Conflict, void> =>
  pipe(
    emergencyClosures.ofBranch(closure.branchId),
    TE.map(
      all =>
        all.find(one => one.id !== closure.id && one.state === 'applying' && reopensWithin(closure, one))
          ?.id ?? null,
    ),
    TE.flatMap(applying => (applying === null ? emergencyClosures.movingOn(closure.id) : TE.right(applying))),
    TE.flatMap(later =>
      later === null
        ? TE.right(undefined)
        : TE.left(
            conflict('Another emergency closure moves its dates on and must be undone first', {
              emergency_closure_id: later,
            }),
          ),
    ),
  )

/** Somebody may have taken it out of the calendar by hand. */
const reopen = (
  stores: Pick<CalendarStores, 'closures'> & AuditStores,
  act: Act,
  { branchId, closureId }: EmergencyClosure,
): TaskEither<never, void> =>
  pipe(
    stores.closures.ofBranch(branchId),
    TE.flatMap(present => {
      const record = present.find(({ id }) => id === closureId)
      return record === undefined
        ? TE.right(undefined)
        : pipe(
            recordClosure(stores, act, record, null),
            TE.flatMap(() => stores.closures.remove(record)),
          )
    }),
  )
