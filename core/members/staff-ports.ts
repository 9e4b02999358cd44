/** What keeping the staff takes of a store. */
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId, MemberId } from '../shared/id.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure } from '../shared/unit-of-work.ts'
import type { StaffPosition } from './member.ts'
import type { StaffDetails, StaffMember } from './staff.ts'

export interface Staff {
  /** Administrators who are active, by id. Locks every administrator: of two who end one another the second sees the first. */
  administrators(): TaskEither<never, readonly StaffMember[]>
  /** Locks the row for change. */
  get(id: StaffMember['id']): TaskEither<NotFound, StaffMember>
  /** @returns `DuplicateKey` for `user_id`: he is one of the staff already */
  add(id: StaffMember['id'], details: StaffDetails): TaskEither<DuplicateKey, StaffMember>
  /** @returns him with his new version */
  save(member: StaffMember): TaskEither<StaleWrite, StaffMember>
  /** He is a user again. */
  remove(id: StaffMember['id']): TaskEither<never, void>
}

export interface StaffStores {
  readonly staff: Staff
}

/** One of the staff as he is shown. */
export interface StaffRecord {
  readonly staff: StaffMember
  readonly firstName: string
  readonly lastName: string
}

export interface StaffFilter {
  readonly role?: StaffPosition['role']
  readonly branchId?: BranchId
}

export type StaffSort = 'id' | 'created_at'

export interface StaffQueries {
  staff(filter: StaffFilter, page: PageRequest<StaffSort>): TaskEither<StoreFailure, Page<StaffRecord>>
  oneOfStaff(id: MemberId): TaskEither<NotFound | StoreFailure, StaffRecord>
}
