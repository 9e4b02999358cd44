/** What in-house use needs of a store, and of its display. */
import type { Act } from '../identity/actor.ts'
import type { Changed } from '../shared/changed.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId, CopyId, Id, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'
import type { CopyUsedInHouse } from './events.ts'

/** One time that somebody used a copy without borrowing it. */
export interface InHouseUse {
  readonly id: Id<'in_house_use'>
  readonly copyId: CopyId
  readonly branchId: BranchId
  readonly usedAt: Instant
  /** The member of the staff who scanned it. */
  readonly librarianId: MemberId | null
}

/** Rows are added and never changed. */
export interface InHouseUses {
  /** Was it used, or put on its shelf, later than `after` and earlier than `before`? No lock: the copy's is held. */
  anyBetween(copyId: CopyId, after: Instant, before: Instant): TaskEither<never, boolean>
  /** A scan put it on its shelf that closed no loan: it arrived there, or turned up. */
  shelved(copyId: CopyId, at: Instant): TaskEither<never, void>
  /** Writes the use and its event together. */
  add(use: Changed<Omit<InHouseUse, 'id'>, CopyUsedInHouse>, act: Act): TaskEither<never, void>
}

export interface InHouseStores {
  readonly inHouseUses: InHouseUses
}

export type InHouseUseSort = 'id' | 'used_at'

/** Reading for display. */
export interface InHouseQueries {
  inHouseUses(
    copyId: CopyId,
    page: PageRequest<InHouseUseSort>,
  ): TaskEither<NotFound | StoreFailure, Page<InHouseUse>>
}
