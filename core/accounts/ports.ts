/** What accounts need of a store: fines inside a unit of work, and `AccountQueries` for display. */
import type { Act } from '../identity/actor.ts'
import type { AuditTrail } from '../identity/audit.ts'
import type { Members } from '../members/ports.ts'
import type { Changed } from '../shared/changed.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId, FineId, LoanId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Minor } from '../shared/money.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure } from '../shared/unit-of-work.ts'
import type { FineCharged } from './events.ts'
import type { Fine, FineStatus } from './fine.ts'
import type { Moved } from './fine-moves.ts'
import type { FineType, LedgerEntry } from './ledger.ts'

/** The keys of a fine, read without a lock, so that the locks can be taken in the fixed order. */
export interface FineKeys {
  readonly fineId: FineId
  readonly memberId: MemberId
  readonly loanId: LoanId | null
  /** Where its loan was lent; null without a loan. */
  readonly branchId: BranchId | null
}

export interface Fines {
  /** Keys only, no lock. */
  locate(id: FineId): TaskEither<NotFound, FineKeys>
  /** Locks the fine for change; take the member's lock before. */
  get(id: FineId): TaskEither<NotFound, Fine>
  /**
   * Writes a new fine, its entries and its events.
   * @returns `DuplicateKey` when something was charged under its key already
   */
  add(fine: Changed<Fine, FineCharged>, act: Act): TaskEither<DuplicateKey, void>
  /**
   * Appends the entries that were posted and their events, and keeps what is stored beside the ledger in step with it: how
   * the fine stands, and what was paid of its loan.
   * @returns the fine with its new version
   */
  save(moved: Moved, act: Act): TaskEither<StaleWrite, Fine>
}

/** All that accounts touch inside a unit of work. */
export interface AccountStores {
  readonly members: Pick<Members, 'get'>
  readonly fines: Fines
  readonly audit: AuditTrail
}

export type FineSort = 'id' | 'user_id' | 'fine_type' | 'amount' | 'date_issued' | 'date_paid' | 'status'

export interface FineFilter {
  readonly status?: FineStatus
  readonly memberId?: MemberId
  readonly type?: FineType
  /** Issued in [from, to), as instants. */
  readonly from?: Instant
  readonly to?: Instant
}

/** An entry of a member's ledger, and what he owed after it. */
export interface LedgerLine {
  readonly entry: LedgerEntry
  /** Of all his entries up to this one, by time and then by id. */
  readonly runningBalance: Minor
}

export interface Ledger {
  readonly page: Page<LedgerLine>
  /** The sum of all his entries, whatever the page. */
  readonly balance: Minor
}

export type LedgerSort = 'id' | 'at' | 'type' | 'amount'

/** Reading for display: no locks, committed data only. */
export interface AccountQueries {
  fines(filter: FineFilter, page: PageRequest<FineSort>): TaskEither<StoreFailure, Page<Fine>>
  fine(id: FineId): TaskEither<NotFound | StoreFailure, Fine>
  ledger(memberId: MemberId, page: PageRequest<LedgerSort>): TaskEither<StoreFailure, Ledger>
}
