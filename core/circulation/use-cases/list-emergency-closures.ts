/** R6.9: the emergency closures of a branch, and the dates that one of them moves, all of them. */
import type { BranchQueries } from '../../branches/ports.ts'
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { BranchId, EmergencyClosureId } from '../../shared/id.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { EmergencyQueries, EmergencySort, MoveSort } from '../closure-ports.ts'
import type { EmergencyClosure, Move, MoveOutcome } from '../emergency-closure.ts'

interface Listing<Sort extends string> {
  readonly act: Act
  readonly branchId: BranchId
  readonly page: PageRequest<Sort>
}

type ListError = NotFound | PermissionDenied | StoreFailure

interface ListDeps {
  readonly queries: EmergencyQueries
  readonly branches: Pick<BranchQueries, 'branch'>
}

export const listEmergencyClosures =
  ({ queries }: Pick<ListDeps, 'queries'>) =>
  ({ act, branchId, page }: Listing<EmergencySort>): TaskEither<ListError, Page<EmergencyClosure>> =>
    pipe(
      queries.ofBranch(branchId, page),
      TE.tap(() => TE.fromEither(permitted(act.actor, 'branch:write', { branchId }))),
    )

export interface ListEmergencyMoves extends Listing<MoveSort> {
  readonly closureId: EmergencyClosureId
  /** null: whatever became of them. */
  readonly outcome: MoveOutcome | null
}

export const listEmergencyMoves =
  ({ queries, branches }: ListDeps) =>
  ({ act, branchId, closureId, outcome, page }: ListEmergencyMoves): TaskEither<ListError, Page<Move>> =>
    pipe(
      branches.branch(branchId),
      TE.flatMap(() => queries.moves(branchId, closureId, outcome, page)),
      TE.tap(() => TE.fromEither(permitted(act.actor, 'branch:write', { branchId }))),
    )
