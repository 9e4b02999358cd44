/** R6.9: a branch is closed from one day to the next (storm, strike), and what was due there in that time is due after it. */
import { recordClosure } from '../../branches/audit-entries.ts'
import { calendarOf } from '../../branches/branch.ts'
import type { ClosureRecord } from '../../branches/ports.ts'
import { memberOf } from '../../identity/actor.ts'
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { BranchId } from '../../shared/id.ts'
import type { Day } from '../../shared/local-time.ts'
import { conflict } from '../../shared/refusal.ts'
import type { Conflict, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { closureDeclared } from '../audit-entries.ts'
import type { CalendarStores, EmergencyStores } from '../closure-ports.ts'
import { reopening, reopensWithin } from '../emergency-closure.ts'
import type { EmergencyClosure, EmergencyDetails } from '../emergency-closure.ts'
import { enlist, overviewOf, preview } from '../emergency-plan.ts'
import type { EmergencyOverview, Moving } from '../emergency-plan.ts'

type Stores = CalendarStores & EmergencyStores

export interface DeclareEmergencyClosure {
  readonly act: Act
  readonly branchId: BranchId
  readonly details: EmergencyDetails
}

export type DeclareError = NotFound | PermissionDenied | Conflict | StoreFailure

export interface DeclareDeps {
  readonly work: UnitOfWork<Stores & AuditStores>
  readonly clock: Clock
  /** Has the moves begin at once. Where that fails the schedule sees to them. */
  readonly hurry: TaskEither<StoreFailure, void>
}

/** The closure and the list of what it moves are written at once; the dates are moved by the job, step by step. */
export const declareEmergencyClosure =
  ({ work, clock, hurry }: DeclareDeps) =>
  ({ act, branchId, details }: DeclareEmergencyClosure): TaskEither<DeclareError, EmergencyOverview> =>
    pipe(
      work.run(stores => {
        const now = clock.now()
        return pipe(
          TE.Do,
          TE.bindW('declared', () => examine(stores, { act, branchId, details })),
          TE.bindW('added', ({ declared: { closing } }) => stores.closures.add(branchId, [closing])),
          TE.let('record', ({ added: [record] }) => record as ClosureRecord),
          TE.bindW('closure', ({ declared: { reopens }, record }) =>
            stores.emergencyClosures.add({
              ...details,
              branchId,
              closureId: record.id,
              state: 'applying',
              ...reopens,
              declaredBy: memberOf(act.actor),
              declaredAt: now,
            }),
          ),
          TE.tap(({ declared: { calendar }, closure }) => enlist(stores, closure, calendar)),
          TE.tap(({ record }) => recordClosure(stores, act, null, record)),
          TE.tap(({ closure }) => stores.audit.record(act, closureDeclared(closure, now))),
          TE.flatMap(({ closure }) => overviewOf(stores, closure)),
        )
      }),
      TE.tap(() =>
        pipe(
          hurry,
          TE.orElse(() => TE.right<never, void>(undefined)),
        ),
      ),
    )

/** What would be moved, and where to. */
export interface EmergencyPreview
  extends Moving, EmergencyDetails, Pick<EmergencyClosure, 'branchId' | 'reopensOn' | 'calendarIgnored'> {}

/** Answers as the real one would, and writes nothing. */
export const tryEmergencyClosure =
  ({ look }: { readonly look: UnitOfWork<Stores> }) =>
  (command: DeclareEmergencyClosure): TaskEither<DeclareError, EmergencyPreview> =>
    look.run(stores =>
      pipe(
        TE.Do,
        TE.bindW('declared', () => examine(stores, command)),
        TE.let('planned', ({ declared: { reopens } }) => ({
          ...command.details,
          branchId: command.branchId,
          ...reopens,
        })),
        TE.bindW('moving', ({ declared: { calendar }, planned }) => preview(stores, planned, calendar)),
        TE.map(({ planned, moving }) => ({ ...planned, ...moving })),
      ),
    )

/** Holds the branch, so that its calendar does not change under it. */
const examine = (stores: Stores, { act, branchId, details }: DeclareEmergencyClosure) =>
  pipe(
    TE.Do,
    TE.bindW('branch', () => stores.branches.get(branchId)),
    TE.tap(() => TE.fromEither(permitted(act.actor, 'branch:write', { branchId }))),
    TE.bindW('present', () => stores.closures.ofBranch(branchId)),
    TE.tap(({ present }) => TE.fromEither(noOpening(details, present))),
    TE.bindW('others', () => stores.emergencyClosures.ofBranch(branchId)),
    TE.tap(({ others }) => TE.fromEither(noOther(details, others))),
    TE.map(({ branch, present }) => {
      const closing = { from: details.from, to: details.to, yearly: false, open: [], reason: details.reason }
      const calendar = calendarOf(
        branch.details,
        present.map(({ closure }) => closure),
      )
      return { closing, calendar, reopens: reopening(calendar, details) }
    }),
  )

interface Stretch {
  readonly from: Day
  readonly to: Day
}

const meet = (one: Stretch, other: Stretch): boolean => one.from <= other.to && other.from <= one.to

/** An exceptional opening goes before a closed date (R1.4): with one of them the branch would stay open on a day of the closure. */
const noOpening = (details: EmergencyDetails, present: readonly ClosureRecord[]): Either<Conflict, void> => {
  const opening = present.find(
    ({ closure }) => !closure.yearly && closure.open.length > 0 && meet(closure, details),
  )
  return opening === undefined
    ? E.right(undefined)
    : E.left(conflict('The branch opens exceptionally on one of these days', { closure_id: opening.id }))
}

/**
 * Two over the same day would each give back what the other has moved. While one is undone its dates are in its days again one by one: a new one
 * would not find them all, nor may it move on those that are still where it reopens.
 */
const noOther = (details: EmergencyDetails, others: readonly EmergencyClosure[]): Either<Conflict, void> => {
  const other = others.find(
    one =>
      (one.state !== 'undone' && meet(one, details)) ||
      (one.state === 'undoing' && reopensWithin(one, details)),
  )
  return other === undefined
    ? E.right(undefined)
    : E.left(conflict('Another emergency closure has one of these days', { emergency_closure_id: other.id }))
}
