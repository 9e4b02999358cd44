/** What circulation needs of a store: aggregates inside a unit of work, and `CirculationQueries` for display. */
import type { Fine } from '../accounts/fine.ts'
import { noCalendar } from '../branches/branch.ts'
import type { Fines } from '../accounts/ports.ts'
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import type { Act } from '../identity/actor.ts'
import type { Changed } from '../shared/changed.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type {
  AuthorId,
  BookId,
  BranchId,
  CopyId,
  GenreId,
  LoanId,
  MemberId,
  ReservationId,
} from '../shared/id.ts'
import type { Day, Instant } from '../shared/local-time.ts'
import type { Minor } from '../shared/money.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import { notFound } from '../shared/refusal.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure } from '../shared/unit-of-work.ts'
import type { SettingsStore } from '../settings/ports.ts'
import type { MemberBlock } from '../members/member-block.ts'
import type { Member } from '../members/member.ts'
import type { LoanOut } from './borrowing-policies.ts'
import type { Copy, CopyDetails, CopyStatus } from './copy.ts'
import type { LoanEvent, ReservationEvent } from './events.ts'
import type { Supply } from './expected-availability.ts'
import type { Privileges, Unserved, Waiting, WantedTitle } from './hold-queue.ts'
import type { Loan } from './loan.ts'
import type {
  KeptReservation,
  LivingReservation,
  ReadyReservation,
  Reservation,
  ReservationStatus,
} from './reservation.ts'
import type { RuleTable } from './rule-table.ts'
import type { LoanRecord, LoanStatus } from './standing.ts'
import type { Holdings, Title } from './title.ts'
import type { Transfers } from './transfer-ports.ts'
import type { TransferChange } from './transfer.ts'

/** How a copy is named: by id, or by its barcode in normal form. */
export type CopyKey = { readonly copyId: CopyId } | { readonly barcode: string }

/** How a member is named: by id, or by the number of his card in normal form. */
export type MemberKey = { readonly memberId: MemberId } | { readonly cardNumber: string }

/** The keys of a copy, read without a lock, so that the locks can be taken in the fixed order. */
export interface CopyKeys {
  readonly copyId: CopyId
  readonly bookId: BookId
  /** Where it lives, as it was when it was located. */
  readonly branchId: BranchId
  /** The loan it is out on, lost and claimed ones included, and whose that is, as they were when it was located. */
  readonly onLoan: { readonly loanId: LoanId; readonly memberId: MemberId } | null
}

export interface LoanKeys {
  readonly loanId: LoanId
  readonly memberId: MemberId
  readonly bookId: BookId
  readonly copyId: CopyId
  /** Where it was lent. */
  readonly branchId: BranchId
}

/** The members, as far as lending needs them. */
export interface Borrowers {
  /** Keys only, no lock. */
  locate(key: MemberKey): TaskEither<NotFound, MemberId>
  /** Locks the member for change. */
  get(id: MemberId): TaskEither<NotFound, Member>
  /** Of a member who is there, as a reservation's; no lock. */
  privilegesOf(id: MemberId): TaskEither<never, Privileges>
}

/** The books, as far as lending needs them. */
export interface Titles {
  /** Locks the book for change. Books that are deleted are not found. */
  get(id: BookId): TaskEither<NotFound, Title>
  /** Writes the holdings; version and time of change of the book, which go with its description, stay. */
  saveHoldings(title: Title): TaskEither<never, void>
}

export interface NewCopy extends Omit<CopyDetails, 'copyNumber'> {
  readonly bookId: BookId
  /** null: the next number of the book. */
  readonly copyNumber: number | null
}

export interface Copies {
  /** Keys only, no lock. Copies that are deleted are not found. */
  locate(key: CopyKey): TaskEither<NotFound, CopyKeys>
  /** Locks the copy for change. */
  get(id: CopyId): TaskEither<NotFound, Copy>
  /** All copies of a book, by id, withdrawn ones left out; no lock, so take the book's before. */
  ofBook(bookId: BookId): TaskEither<never, readonly Copy[]>
  add(copy: NewCopy): TaskEither<DuplicateKey, Copy>
  /**
   * @param transfer what begins and ends with it, by `transferBetween`; null: it was not under way and is not, or goes where it went
   * @returns the copy with its new version
   */
  save(copy: Copy, transfer: TransferChange | null): TaskEither<StaleWrite | DuplicateKey, Copy>
}

export interface Loans {
  /** Keys only, no lock. */
  locate(id: LoanId): TaskEither<NotFound, LoanKeys>
  /** Locks the loan for change. */
  get(id: LoanId): TaskEither<NotFound, Loan>
  /** The last loan of a copy that was returned, by the time of its return; no lock. */
  lastReturnedOf(copyId: CopyId): TaskEither<never, Loan | null>
  /**
   * Writes the loan (a new one has version 0) and its events together.
   * @returns the loan with its new version; `DuplicateKey` when the copy is out already
   */
  save<Saved extends Loan>(
    loan: Changed<Saved, LoanEvent>,
    act: Act,
  ): TaskEither<StaleWrite | DuplicateKey, Saved>
}

/** The keys of a reservation, read without a lock, so that the locks can be taken in the fixed order. */
export interface ReservationKeys {
  readonly memberId: MemberId
  readonly bookId: BookId
  /** Where it will be fetched. */
  readonly branchId: BranchId
  /** The copy set aside for it, as it was when it was located. */
  readonly copyId: CopyId | null
}

/** Every change of a reservation is made under the lock of its book, which orders the queue. */
export interface Reservations {
  /** Keys only, no lock. */
  locate(id: ReservationId): TaskEither<NotFound, ReservationKeys>
  /** Locks the reservation for change. */
  get(id: ReservationId): TaskEither<NotFound, Reservation>
  /** Those that wait for a title and are not suspended, in no order; no lock, the book's is held. */
  queueOf(bookId: BookId): TaskEither<never, readonly Waiting[]>
  /** Those that wait for a title, the suspended ones too, by id; no lock, the book's is held. */
  unservedOf(bookId: BookId): TaskEither<never, readonly Unserved[]>
  /** The one which a copy is set aside for, null when there is none; no lock, the copy's is held. */
  keptOn(copyId: CopyId): TaskEither<never, KeptReservation | null>
  /** What a member has reserved and not got yet, by id; no lock: what is his changes under his own or the book's. */
  livingOf(memberId: MemberId): TaskEither<never, readonly LivingReservation[]>
  /**
   * Writes the reservation (a new one has version 0) and its events together.
   * @returns the reservation with its new version; `DuplicateKey` when the member has reserved the title already, or the copy
   * is set aside for another
   */
  save<Saved extends Reservation>(
    reservation: Changed<Saved, ReservationEvent>,
    act: Act,
  ): TaskEither<StaleWrite | DuplicateKey, Saved>
}

/** What is known of when copies come back, of many titles at once. */
export interface Supplies {
  /**
   * No lock. Copies that are damaged, or do not come back by themselves, are left out.
   * @param lentSince of loans lent from then on the late ones are told
   */
  of(bookIds: readonly BookId[], lentSince: Instant): TaskEither<never, ReadonlyMap<BookId, Supply>>
}

/** The branches, as far as reservations need them. */
export interface PickupBranches {
  /** Does it serve as a place to fetch reservations? null: there is no such branch. */
  serves(id: BranchId): TaskEither<never, boolean | null>
}

/** A copy in the hands of a member, or about to be, with all that is locked for it. */
export interface LockedCopy {
  readonly member: Member
  readonly title: Title
  readonly copy: Copy
}

export interface LockedLoan extends LockedCopy {
  readonly loan: Loan
}

/**
 * What lending touches, locked at once in the fixed order: member, book, copy, loan. It is what `get` of each would give one after
 * another, and the first that is not there is told; a store far away is asked once.
 */
export interface Locks {
  ofCopy(keys: Pick<LoanKeys, 'memberId' | 'bookId' | 'copyId'>): TaskEither<NotFound, LockedCopy>
  ofLoan(keys: Omit<LoanKeys, 'branchId'>): TaskEither<NotFound, LockedLoan>
}

/** A loan that is out, with what fines need of the copy. */
export interface PricedLoanOut extends LoanOut {
  readonly price: Minor | null
}

/** What a member has out and owes, read in one statement after the locks. */
export interface MemberAccount {
  readonly loansOut: readonly PricedLoanOut[]
  /** The sum of his ledger, in minor units; above 0 is owed to the library. */
  readonly balance: Minor
  /** What is owed of overdue fines, which is a part of the balance. */
  readonly unpaidOverdue: Minor
  /** What the staff set on him and did not lift, by id; those whose last day is over too. */
  readonly blocks: readonly MemberBlock[]
  /** When he checked out by himself, without a desk, since the instant asked for; earliest first. */
  readonly selfCheckouts: readonly Instant[]
}

/** What was paid of a loan's fines, and what its member owes of overdue fines, in minor units. */
export type LoanAccount = Pick<LoanRecord, 'finesPaid' | 'unpaidOverdue'>

export interface MemberAccounts {
  /** No lock: the member's own is held. Checkouts strictly after the instant count as since. */
  of(memberId: MemberId, selfCheckoutsSince: Instant): TaskEither<never, MemberAccount>
  /** What is shown of one loan beside its own row; nothing of a loan that is not there. */
  ofLoan(loanId: LoanId): TaskEither<never, LoanAccount>
}

export interface Rules {
  /** The table as it is now; kept in memory by its version. */
  current(): TaskEither<never, RuleTable>
}

/** The rule table, for those who change it. */
export interface RuleStore extends Rules {
  /** Locks the table for change. */
  get(): TaskEither<never, RuleTable>
  /**
   * Writes the whole table.
   * @returns it with its new version
   */
  save(table: RuleTable): TaskEither<StaleWrite, RuleTable>
}

export interface Calendars {
  /** The calendars of the branches asked for that exist; kept in memory by the branch's version. */
  of(branchIds: readonly BranchId[]): TaskEither<never, ReadonlyMap<BranchId, OpeningCalendar>>
}

export interface LoanCategories {
  known(name: string): TaskEither<never, boolean>
}

/** Takes over loans and fines that happened elsewhere or earlier: no events, nobody is told. */
export interface LoanHistory {
  /** Loans as they ended or stand, some hundred a call; the copies of open ones are saved by the caller. */
  add(loans: readonly Loan[], fines: readonly Fine[]): TaskEither<DuplicateKey, void>
}

/** The branch a command names must exist; null names none. */
export const branchKnown = (
  { calendars }: { readonly calendars: Calendars },
  branchId: BranchId | null,
): TaskEither<NotFound, void> =>
  branchId === null
    ? TE.right(undefined)
    : pipe(
        calendars.of([branchId]),
        TE.flatMap(found =>
          found.has(branchId) ? TE.right(undefined) : TE.left(notFound('branch', branchId)),
        ),
      )

/** The calendar of a branch that is there. */
export const calendarIn = (
  { calendars }: { readonly calendars: Calendars },
  branchId: BranchId,
): TaskEither<never, OpeningCalendar> =>
  pipe(
    calendars.of([branchId]),
    TE.map(found => found.get(branchId) ?? noCalendar),
  )

/** All that circulation touches inside a unit of work; each use case names its part. */
export interface CirculationStores {
  readonly borrowers: Borrowers
  readonly titles: Titles
  readonly copies: Copies
  readonly transfers: Transfers
  readonly loans: Loans
  readonly reservations: Reservations
  readonly supplies: Supplies
  readonly pickupBranches: PickupBranches
  readonly fines: Fines
  readonly locks: Locks
  readonly memberAccounts: MemberAccounts
  readonly rules: Rules
  readonly calendars: Calendars
  readonly loanCategories: LoanCategories
  readonly history: LoanHistory
  readonly settings: SettingsStore
}

export interface RuleStores {
  readonly rules: RuleStore
}

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

/** A reservation with what is needed to show it. */
export interface ReservationRecord {
  readonly reservation: Reservation
  /** From 1 among those that wait for the title, null for one that does not. */
  readonly queuePosition: number | null
  /** Of its member. */
  readonly privileges: Privileges
}

/** A reservation as it is shown. */
export interface ReservationOverview extends Omit<ReservationRecord, 'privileges'> {
  /** An estimate (R6.8), null for one that does not wait, and where no copy is expected. */
  readonly expectedAvailability: Day | null
}

export type ReservationSort = 'id' | 'reservation_date' | 'status' | 'ready_until'

export interface ReservationFilter {
  readonly status?: ReservationStatus
  readonly memberId?: MemberId
  readonly bookId?: BookId
  /** Where it will be fetched. */
  readonly branchId?: BranchId
}

/** What stands on a hold shelf, and for whom. */
export interface ShelfRecord {
  /** The reservation's. */
  readonly id: ReservationId
  readonly reservation: ReadyReservation
  readonly title: string
  readonly barcode: string
  readonly cardNumber: string
}

export type HoldShelfSort = 'id' | 'ready_until' | 'reservation_date' | 'title' | 'barcode'

export interface HoldShelfFilter {
  /** Where the shelf stands. */
  readonly branchId: BranchId
  /** Only those whose time is over at `now` (true), or is not (false); null: all. */
  readonly toClear: boolean | null
  readonly now: Instant
}

/** Reservations for display and for the jobs: no locks, committed data only. */
export interface ReservationQueries {
  reservations(
    filter: ReservationFilter,
    page: PageRequest<ReservationSort>,
  ): TaskEither<StoreFailure, Page<ReservationRecord>>
  reservation(id: ReservationId): TaskEither<NotFound | StoreFailure, ReservationRecord>
  /** Titles that somebody waits for and of which a copy stands free at the branch. */
  wantedAt(branchId: BranchId): TaskEither<StoreFailure, readonly WantedTitle[]>
  holdShelf(
    filter: HoldShelfFilter,
    page: PageRequest<HoldShelfSort>,
  ): TaskEither<StoreFailure, Page<ShelfRecord>>
  /** On a hold shelf with their time over at `now`, by id, those after `after` (null: from the first on). */
  overdueOnShelf(
    now: Instant,
    after: ReservationId | null,
    limit: number,
  ): TaskEither<StoreFailure, readonly ReservationId[]>
  /** Suspended until `day` or a day before it, likewise. */
  suspendedUntil(
    day: Day,
    after: ReservationId | null,
    limit: number,
  ): TaskEither<StoreFailure, readonly ReservationId[]>
  /** In the queue with their last day before `day`, likewise. */
  overdueInQueue(
    day: Day,
    after: ReservationId | null,
    limit: number,
  ): TaskEither<StoreFailure, readonly ReservationId[]>
}
