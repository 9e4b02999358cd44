/** How accounts say no to a movement of money: every failed rule with its numbers, in minor units (circulation R4.6). */
import type { Verdict } from '../shared/refusal.ts'

/** More than is owed, or nothing. */
export interface PaymentRefused {
  readonly type: 'PaymentRefused'
  readonly verdicts: readonly Verdict[]
}

/** What is paid or waived already, or nothing. */
export interface WaiverRefused {
  readonly type: 'WaiverRefused'
  readonly verdicts: readonly Verdict[]
}

/** More than was paid, or nothing. */
export interface RefundRefused {
  readonly type: 'RefundRefused'
  readonly verdicts: readonly Verdict[]
}
