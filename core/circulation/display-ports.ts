/** Reading loans and copies for display. */
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { AuthorId, BookId, BranchId, CopyId, GenreId, LoanId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'
import type { Copy, CopyStatus } from './copy.ts'
import type { LoanRecord, LoanStatus } from './standing.ts'
import type { Holdings } from './title.ts'

export type LoanSort = 'id' | 'borrow_date' | 'due_date' | 'return_date' | 'title' | 'renewal_count'

export interface LoanFilter {
  readonly status?: LoanStatus
  readonly memberId?: MemberId
  readonly bookId?: BookId
  /** Where it was lent. */
  readonly branchId?: BranchId
  /** The genre itself and those below it. */
  readonly genreId?: GenreId
  readonly authorId?: AuthorId
  /** Borrowed in [from, to), as instants. */
  readonly from?: Instant
  readonly to?: Instant
  readonly isReturned?: boolean
}

/** What a book says of its copies, and where these stand. */
export interface HeldBook {
  readonly bookId: BookId
  readonly holdings: Holdings
  /** One for each copy that is not deleted. */
  readonly copies: readonly CopyStatus[]
}

/** What books are looked for by, beside what is asked of the borrowings themselves. */
export type BorrowersFilter = Pick<
  LoanFilter,
  'genreId' | 'authorId' | 'branchId' | 'from' | 'to' | 'isReturned'
>

/** One borrowing of a book, and by whom. */
export interface Borrowed {
  readonly loanId: LoanId
  readonly memberId: MemberId
  readonly name: string
  readonly borrowedAt: Instant
  /** null while it is out. */
  readonly returnedAt: Instant | null
}

/** A book with who borrowed it, the latest first. */
export interface BookBorrowers {
  readonly id: BookId
  readonly title: string
  /** The first one's name, null where none is known. */
  readonly author: string | null
  readonly borrowings: readonly Borrowed[]
}

export type BookBorrowersSort = 'book_id' | 'title'

/** Reading for display: no locks, committed data only. */
export interface CirculationQueries {
  /** `now` decides what `status: overdue` and `status: open` mean. */
  loans(
    filter: LoanFilter,
    page: PageRequest<LoanSort>,
    now: Instant,
  ): TaskEither<StoreFailure, Page<LoanRecord>>
  loan(id: LoanId): TaskEither<NotFound | StoreFailure, LoanRecord>
  /**
   * Open loans that are due after `now` and before `until`, by id, those after `after` (null: from the first on); left out are those
   * whose member was told that they are not renewed for this due date.
   */
  endingSoon(
    now: Instant,
    until: Instant,
    after: LoanId | null,
    limit: number,
  ): TaskEither<StoreFailure, readonly LoanId[]>
  calendars(branchIds: readonly BranchId[]): TaskEither<StoreFailure, ReadonlyMap<BranchId, OpeningCalendar>>
  /** Copies of a book for display, withdrawn ones included. */
  copiesOf(bookId: BookId, page: PageRequest<CopySort>): TaskEither<NotFound | StoreFailure, Page<Copy>>
  copy(id: CopyId): TaskEither<NotFound | StoreFailure, Copy>
  /**
   * Books with their borrowings, deleted books left out. Where something is asked of the borrowings, books without such a one are left
   * out too.
   */
  bookBorrowers(
    filter: BorrowersFilter,
    page: PageRequest<BookBorrowersSort>,
  ): TaskEither<StoreFailure, Page<BookBorrowers>>
  /** The next books by id, deleted ones left out; null begins with the first. */
  holdings(after: BookId | null, limit: number): TaskEither<StoreFailure, readonly HeldBook[]>
}

export type CopySort =
  'id' | 'copy_number' | 'barcode' | 'branch_id' | 'status' | 'condition' | 'acquisition_date'
