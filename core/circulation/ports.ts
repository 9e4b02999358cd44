/** What lending needs of a store: the aggregates inside a unit of work, and the locks on them. */
import type { Fine } from '../accounts/fine.ts'
import type { Fines } from '../accounts/ports.ts'
import type { Act } from '../identity/actor.ts'
import type { Changed } from '../shared/changed.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BookId, BranchId, CopyId, LoanId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Minor } from '../shared/money.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { DuplicateKey, StaleWrite } from '../shared/unit-of-work.ts'
import type { SettingsStore } from '../settings/ports.ts'
import type { MemberBlock } from '../members/member-block.ts'
import type { Member } from '../members/member.ts'
import type { LoanOut } from './borrowing-policies.ts'
import type { Copy, CopyDetails } from './copy.ts'
import type { LoanEvent } from './events.ts'
import type { Privileges } from './hold-queue.ts'
import type { Loan } from './loan.ts'
import type { LoanRecord } from './standing.ts'
import type { Title } from './title.ts'
import type { Transfers } from './transfer-ports.ts'
import type { TransferChange } from './transfer.ts'
import type { Calendars } from './calendar-ports.ts'
import type { Rules } from './rule-ports.ts'
import type { PickupBranches, Reservations, Supplies } from './reservation-ports.ts'

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

/** The kinds of copies that the rules tell apart. */
export interface LoanCategories {
  known(name: string): TaskEither<never, boolean>
}

/** Takes over loans and fines that happened elsewhere or earlier: no events, nobody is told. */
export interface LoanHistory {
  /** Loans as they ended or stand, some hundred a call; the copies of open ones are saved by the caller. */
  add(loans: readonly Loan[], fines: readonly Fine[]): TaskEither<DuplicateKey, void>
}

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
