/** How circulation says no. `verdicts` are all failed rules, not the first (circulation R2.1, R2.6). */
import type { CopyId, LoanId } from '../shared/id.ts'
import type { Verdict } from '../shared/refusal.ts'

export interface CheckoutRefused {
  readonly type: 'CheckoutRefused'
  readonly verdicts: readonly Verdict[]
}

/** The copy is on loan, kept for another or away: wins over `CheckoutRefused`, and lists the rules all the same. */
export interface CopyNotAvailable {
  readonly type: 'CopyNotAvailable'
  readonly copyId: CopyId
  readonly verdicts: readonly Verdict[]
}

/** No copy of the title can be had at the branch, or anywhere. */
export interface NoCopyAvailable {
  readonly type: 'NoCopyAvailable'
  readonly verdicts: readonly Verdict[]
}

/** The member borrowed too often in the last hour (R2.2); asked first and alone. */
export interface BorrowRateExceeded {
  readonly type: 'BorrowRateExceeded'
  readonly limit: number
  readonly retryAfterSeconds: number
}

export interface RenewalRefused {
  readonly type: 'RenewalRefused'
  readonly verdicts: readonly Verdict[]
}

export interface ReservationRefused {
  readonly type: 'ReservationRefused'
  readonly verdicts: readonly Verdict[]
}

export interface ReturnRefused {
  readonly type: 'ReturnRefused'
  readonly verdicts: readonly Verdict[]
}

export interface AlreadyReturned {
  readonly type: 'AlreadyReturned'
  readonly loanId: LoanId
}
