/** What branches need of a store. */
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId, ClosureId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { Recorded, Records } from '../shared/records.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'
import type { BranchClosure, BranchDetails } from './branch.ts'

export type Branch = Recorded<BranchId, BranchDetails>

export interface BranchStores {
  readonly branches: Records<BranchId, BranchDetails>
  readonly closures: Closures
  readonly managers: Managers
}

/** A closure as it stands in the calendar of its branch. */
export interface ClosureRecord {
  readonly id: ClosureId
  readonly version: number
  readonly branchId: BranchId
  readonly createdAt: Instant
  readonly closure: BranchClosure
}

/** Whatever changes them holds the lock of the branch, whose version grows with it: by that the calendars are kept in memory. */
export interface Closures {
  /** @returns them as they are kept, in the order they were given in */
  add(branchId: BranchId, closures: readonly BranchClosure[]): TaskEither<never, readonly ClosureRecord[]>
  /** By id. */
  ofBranch(branchId: BranchId): TaskEither<never, readonly ClosureRecord[]>
  remove(closure: ClosureRecord): TaskEither<never, void>
}

export interface Managers {
  /** Is there such a member? A manager must be one. */
  known(memberId: MemberId): TaskEither<never, boolean>
}

export type BranchSort = 'id' | 'name' | 'city' | 'created_at'

export type ClosureSort = 'id' | 'from' | 'to'

export interface BranchQueries {
  branches(page: PageRequest<BranchSort>): TaskEither<StoreFailure, Page<Branch>>
  branch(id: BranchId): TaskEither<NotFound | StoreFailure, Branch>
  closures(
    id: BranchId,
    page: PageRequest<ClosureSort>,
  ): TaskEither<NotFound | StoreFailure, Page<ClosureRecord>>
}
