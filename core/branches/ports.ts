/** What branches need of a store. */
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId, MemberId } from '../shared/id.ts'
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

export interface Closures {
  /** Adds to the calendar of a branch whose row is locked; the branch's version grows with it. */
  add(branchId: BranchId, closures: readonly BranchClosure[]): TaskEither<never, void>
}

export interface Managers {
  /** Is there such a member? A manager must be one. */
  known(memberId: MemberId): TaskEither<never, boolean>
}

export type BranchSort = 'id' | 'name' | 'city' | 'created_at'

export interface BranchQueries {
  branches(page: PageRequest<BranchSort>): TaskEither<StoreFailure, Page<Branch>>
  branch(id: BranchId): TaskEither<NotFound | StoreFailure, Branch>
}
