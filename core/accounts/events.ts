/** What accounts tell the rest of the product. */
import type { DomainEvent } from '../shared/changed.ts'
import type { LoanId, MemberId } from '../shared/id.ts'
import type { Minor } from '../shared/money.ts'

export type FineType = 'overdue' | 'lost' | 'processing' | 'damaged' | 'membership' | 'other'

export type FineCharged = DomainEvent<
  'FineCharged',
  {
    readonly memberId: MemberId
    readonly loanId: LoanId | null
    readonly fineType: FineType
    readonly amount: Minor
  }
>
