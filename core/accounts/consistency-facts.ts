/** What a store tells of money to be checked: the ledger, and what is stored beside it. */
import type { FactPages } from '../shared/consistency.ts'
import type { FineId, LoanId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Minor } from '../shared/money.ts'
import type { Fine, FineStatus } from './fine.ts'
import type { PaymentMethod } from './ledger.ts'

/** The columns that follow from the entries. */
export interface StoredFine {
  readonly amount: Minor
  readonly status: FineStatus
  readonly datePaid: Instant | null
  readonly paymentMethod: PaymentMethod | null
}

export interface FineFacts {
  readonly fine: Fine
  /** null in a store that keeps nothing beside the ledger. */
  readonly stored: StoredFine | null
}

/** What a loan says it has cost, and its fines. */
export interface LoanMoneyFacts {
  readonly loanId: LoanId
  /** Posted for being late. */
  readonly charged: Minor
  /** Paid of all its fines; null in a store that does not keep it. */
  readonly paid: Minor | null
  readonly fines: readonly Fine[]
}

export interface AccountFacts {
  readonly fines: FactPages<FineFacts, FineId>
  readonly loanMoney: FactPages<LoanMoneyFacts, LoanId>
}
