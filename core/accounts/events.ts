/** What accounts tell the rest of the product. */
import type { DomainEvent } from '../shared/changed.ts'
import type { LoanId, MemberId } from '../shared/id.ts'
import type { Minor } from '../shared/money.ts'
import type { FineType } from './ledger.ts'

export type FineCharged = DomainEvent<
  'FineCharged',
  {
    readonly memberId: MemberId
    readonly loanId: LoanId | null
    readonly fineType: FineType
    readonly amount: Minor
  }
>

/** What moved on a fine, always above 0, and what is owed of it afterwards. */
interface Movement {
  readonly memberId: MemberId
  readonly loanId: LoanId | null
  readonly amount: Minor
  readonly balance: Minor
}

export type FinePaid = DomainEvent<'FinePaid', Movement>
export type FineWaived = DomainEvent<'FineWaived', Movement>
export type FineRefunded = DomainEvent<'FineRefunded', Movement>

export type FineEvent = FineCharged | FinePaid | FineWaived | FineRefunded
