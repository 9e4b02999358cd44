/** What a store tells of circulation to be checked: rows as they lie there, whether they make sense or not. */
import type { BookId, BranchId, CopyId, LoanId, MemberId, ReservationId, TransferId } from '../shared/id.ts'
import type { FactPages } from '../shared/consistency.ts'
import type { Instant } from '../shared/local-time.ts'
import type { CopyStatus } from './copy.ts'
import type { LoanState } from './loan.ts'
import type { ReservationStatus } from './reservation.ts'
import type { KnownKeys } from './rule-linter.ts'
import type { RuleRow } from './rule-table.ts'
import type { AvailabilityStatus, Holdings } from './title.ts'

/** Where a copy is said to be; what its status does not need is null. */
export interface CopyFacts {
  readonly id: CopyId
  readonly status: CopyStatus
  readonly loanId: LoanId | null
  readonly keptFor: MemberId | null
  readonly destination: BranchId | null
}

/** A loan that did not come back. */
export interface LoanOutFacts {
  readonly id: LoanId
  readonly copyId: CopyId
  readonly state: LoanState
}

/** A reservation that has not ended. */
export interface LivingFacts {
  readonly id: ReservationId
  readonly memberId: MemberId
  /** Where it will be fetched. */
  readonly branchId: BranchId
  readonly status: ReservationStatus
  /** The copy set aside for it. */
  readonly copyId: CopyId | null
}

/** A transfer that has not ended. */
export interface OpenTransferFacts {
  readonly id: TransferId
  readonly copyId: CopyId
  readonly to: BranchId
}

/** All that must agree about one title. */
export interface TitleFacts {
  readonly bookId: BookId
  /** As the book says. */
  readonly holdings: Holdings
  readonly availability: AvailabilityStatus
  /** Deleted ones left out. */
  readonly copies: readonly CopyFacts[]
  readonly loansOut: readonly LoanOutFacts[]
  readonly reservations: readonly LivingFacts[]
  readonly transfers: readonly OpenTransferFacts[]
}

/** What is told of one loan beside its own row. */
export interface ToldLoanFacts {
  readonly loanId: LoanId
  readonly state: LoanState
  /** When the checkout was written down in the audit, in real time; null for a loan that was taken over. */
  readonly openedAt: Instant | null
  /** When its return was, likewise. */
  readonly returnedAt: Instant | null
  /** The types of its events that are still kept. */
  readonly events: readonly string[]
}

/** A row of the rule table; null in place of one whose values cannot be read. */
export interface StoredRule {
  readonly id: number
  readonly row: RuleRow | null
}

export interface RuleTableFacts {
  /** By id: the earlier put first. */
  readonly rules: readonly StoredRule[]
  /** All there are. */
  readonly known: KnownKeys
}

export interface CirculationFacts {
  /** Every title, in or out of the catalogue. */
  readonly titles: FactPages<TitleFacts, BookId>
  readonly toldLoans: FactPages<ToldLoanFacts, LoanId>
  /** One: all on the first page. */
  readonly ruleTables: FactPages<RuleTableFacts, number>
}
