/** What transfers need of a store. They begin and end with the copy they are of: see `Copies.save`. */
import type { Act } from '../identity/actor.ts'
import type { Changed } from '../shared/changed.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BookId, BranchId, CopyId, ReservationId, TransferId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'
import type { TransferEvent } from './events.ts'
import type { Direction, OpenTransfer } from './transfer.ts'

export interface Transfers {
  /** The copy that it is of, ended or not; no lock. */
  locate(id: TransferId): TaskEither<NotFound, CopyId>
  /** The open one of a copy, null when it is not under way; no lock, the copy's is held. */
  openOf(copyId: CopyId): TaskEither<never, OpenTransfer | null>
  /** Writes that it was told of, with the event. */
  tell(transfer: Changed<OpenTransfer, TransferEvent>, act: Act): TaskEither<never, void>
}

/** A copy on its way, as the branches see it. */
export interface TransferRecord {
  readonly id: TransferId
  readonly copyId: CopyId
  readonly bookId: BookId
  readonly title: string
  readonly barcode: string
  readonly fromBranchId: BranchId
  readonly toBranchId: BranchId
  /** Who waits for this very copy there; null for nobody, and when he gave it up. */
  readonly reservationId: ReservationId | null
  readonly sentAt: Instant
}

export type TransferSort = 'id' | 'sent_at' | 'title' | 'barcode'

export interface TransferFilter {
  readonly branchId: BranchId
  /** null: both. */
  readonly direction: Direction | null
  /** Sent before it; null: whenever. */
  readonly sentBefore: Instant | null
  /** Sent at it or later; null: whenever. */
  readonly sentSince: Instant | null
}

/** Open transfers for display and for the job: no locks, committed data only. */
export interface TransferQueries {
  underWay(
    filter: TransferFilter,
    page: PageRequest<TransferSort>,
  ): TaskEither<StoreFailure, Page<TransferRecord>>
  /** Sent before `sentBefore` and not told of yet, by id, those after `after` (null: from the first on). */
  overdue(
    sentBefore: Instant,
    after: TransferId | null,
    limit: number,
  ): TaskEither<StoreFailure, readonly TransferId[]>
}
