/** A fine: a charge group of the ledger. What it says of itself follows from its entries. */
import { changed } from '../shared/changed.ts'
import type { Changed } from '../shared/changed.ts'
import type { FineId, LedgerEntryId, LoanId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import { sum } from '../shared/money.ts'
import type { Minor } from '../shared/money.ts'
import type { FineCharged, FineType } from './events.ts'

export type FineStatus = 'open' | 'partly_paid' | 'paid' | 'waived' | 'cancelled' | 'refunded'
export type EntryType = 'charge' | 'payment' | 'waiver' | 'refund' | 'credit' | 'reversal' | 'adjustment'

/** One movement, written once and never changed. */
export interface LedgerEntry {
  readonly id: LedgerEntryId
  readonly fineId: FineId
  readonly memberId: MemberId
  readonly type: EntryType
  /** In minor units: above 0 raises what the member owes, below 0 lowers it. */
  readonly amount: Minor
  readonly at: Instant
  readonly actorId: MemberId | null
  readonly reason: string | null
}

export interface Fine {
  readonly id: FineId
  readonly memberId: MemberId
  readonly loanId: LoanId | null
  readonly type: FineType
  readonly description: string
  readonly issuedAt: Instant
  /** Unique: nothing is charged twice under one key (R4.5: loan and renewal count). */
  readonly chargeKey: string
  readonly entries: readonly LedgerEntry[]
}

export interface Charge {
  readonly fineId: FineId
  readonly entryId: LedgerEntryId
  readonly memberId: MemberId
  readonly loanId: LoanId
  readonly renewalCount: number
  /** Above 0: no zero entry is ever posted (R4.2). */
  readonly amount: Minor
  readonly at: Instant
  readonly actorId: MemberId | null
  readonly description: string
}

/** Posts the overdue fine of a loan under the key (loan, renewal count). */
export const chargeOverdue = (charge: Charge): Changed<Fine, FineCharged> => {
  const { fineId, entryId, memberId, loanId, amount, at, actorId } = charge
  const entry: LedgerEntry = {
    id: entryId,
    fineId,
    memberId,
    type: 'charge',
    amount,
    at,
    actorId,
    reason: null,
  }
  return changed<Fine, FineCharged>(
    {
      id: fineId,
      memberId,
      loanId,
      type: 'overdue',
      description: charge.description,
      issuedAt: at,
      chargeKey: `overdue:${String(loanId)}:${String(charge.renewalCount)}`,
      entries: [entry],
    },
    {
      type: 'FineCharged',
      version: 1,
      aggregate: 'fine',
      aggregateId: fineId,
      occurredAt: at,
      payload: { memberId, loanId, fineType: 'overdue', amount },
    },
  )
}

/** What is still owed of it; the sum of its entries. */
export const balanceOf = (fine: Fine): Minor => sum(fine.entries.map(entry => entry.amount))

/** What was charged, before anything was paid or waived. */
export const chargedOf = (fine: Fine): Minor =>
  sum(
    fine.entries
      .filter(entry => entry.type === 'charge' || entry.type === 'adjustment')
      .map(({ amount }) => amount),
  )
