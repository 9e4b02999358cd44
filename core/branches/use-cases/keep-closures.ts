/** BRN-1: what a branch's calendar knows beside its weekly hours, written down by its manager (circulation R1.4). */
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { BranchId, ClosureId } from '../../shared/id.ts'
import { conflict, invalidInput, notFound } from '../../shared/refusal.ts'
import type { Conflict, InvalidInput, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { recordClosure } from '../audit-entries.ts'
import type { BranchClosure } from '../branch.ts'
import { contradict, fitsIntoYear } from '../opening-calendar.ts'
import type { BranchStores, ClosureRecord } from '../ports.ts'

export interface KeepClosuresDeps {
  readonly work: UnitOfWork<Pick<BranchStores, 'branches' | 'closures'> & AuditStores>
}

export interface AddClosure {
  readonly act: Act
  readonly branchId: BranchId
  readonly closure: BranchClosure
}

/** What is due already stays due when it was: it was told to its member. */
export const addClosure =
  ({ work }: KeepClosuresDeps) =>
  ({
    act,
    branchId,
    closure,
  }: AddClosure): TaskEither<
    NotFound | PermissionDenied | InvalidInput | Conflict | StoreFailure,
    ClosureRecord
  > =>
    work.run(stores =>
      pipe(
        TE.Do,
        TE.tap(() => stores.branches.get(branchId)),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'branch:write', { branchId }))),
        TE.tap(() => TE.fromEither(shortEnough(closure))),
        TE.bindW('present', () => stores.closures.ofBranch(branchId)),
        TE.tap(({ present }) => TE.fromEither(unambiguous(closure, present))),
        TE.flatMap(() => stores.closures.add(branchId, [closure])),
        TE.map(([added]) => added as ClosureRecord),
        TE.tap(record => recordClosure(stores, act, null, record)),
      ),
    )

const shortEnough = (closure: BranchClosure): Either<InvalidInput, void> =>
  fitsIntoYear(closure)
    ? E.right(undefined)
    : E.left(invalidInput('to', 'OUT_OF_RANGE', 'What comes back every year must be shorter than a year'))

const unambiguous = (closure: BranchClosure, present: readonly ClosureRecord[]): Either<Conflict, void> => {
  const other = present.find(one => contradict(one.closure, closure))
  return other === undefined
    ? E.right(undefined)
    : E.left(conflict('Another closure says something else of the same day', { closure_id: other.id }))
}

export interface RemoveClosure {
  readonly act: Act
  readonly branchId: BranchId
  readonly closureId: ClosureId
}

export const removeClosure =
  ({ work }: KeepClosuresDeps) =>
  ({
    act,
    branchId,
    closureId,
  }: RemoveClosure): TaskEither<NotFound | PermissionDenied | VersionMismatch | StoreFailure, void> =>
    work.run(stores =>
      pipe(
        TE.Do,
        TE.tap(() => stores.branches.get(branchId)),
        TE.bindW('present', () => stores.closures.ofBranch(branchId)),
        TE.bindW('record', ({ present }) => {
          const found = present.find(({ id }) => id === closureId)
          return found === undefined ? TE.left(notFound('closure', closureId)) : TE.right(found)
        }),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'branch:write', { branchId }))),
        TE.tap(({ record }) => TE.fromEither(asExpected(act, 'closure', record))),
        TE.tap(({ record }) => recordClosure(stores, act, record, null)),
        TE.flatMap(({ record }) => stores.closures.remove(record)),
      ),
    )
