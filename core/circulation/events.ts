/** What circulation tells the rest of the product. Payloads hold ids, numbers and instants, no personal data. */
import type { DomainEvent } from '../shared/changed.ts'
import type { BookId, BranchId, CopyId, LoanId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'

interface OfALoan {
  readonly loanId: LoanId
  readonly memberId: MemberId
  readonly copyId: CopyId
  readonly bookId: BookId
  readonly branchId: BranchId
}

export type LoanOpened = DomainEvent<
  'LoanOpened',
  OfALoan & { readonly dueAt: Instant; readonly overridden: readonly string[] }
>

export type LoanRenewed = DomainEvent<
  'LoanRenewed',
  OfALoan & {
    readonly dueAt: Instant
    readonly previousDueAt: Instant
    readonly renewalCount: number
    readonly overridden: readonly string[]
  }
>

export type LoanReturned = DomainEvent<'LoanReturned', OfALoan & { readonly returnedAt: Instant }>

export type LoanEvent = LoanOpened | LoanRenewed | LoanReturned
