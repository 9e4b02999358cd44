/** A fine: a charge group of the ledger. What it says of itself follows from its entries (circulation R4.6). */
import { changed } from '../shared/changed.ts'
import type { Changed } from '../shared/changed.ts'
import type { FineId, LedgerEntryId, LoanId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import { minor, sum, zero } from '../shared/money.ts'
import type { Minor } from '../shared/money.ts'
import type { FineCharged } from './events.ts'
import type { EntryType, FineType, LedgerEntry, PaymentMethod } from './ledger.ts'

export const fineStatuses = ['open', 'partly_paid', 'paid', 'waived', 'cancelled', 'refunded'] as const
export type FineStatus = (typeof fineStatuses)[number]

export interface Fine {
  readonly id: FineId
  /** 0 for a fine that was never saved. */
  readonly version: number
  readonly memberId: MemberId
  readonly loanId: LoanId | null
  readonly type: FineType
  readonly description: string
  readonly issuedAt: Instant
  /** Unique: nothing is charged twice under one key (R4.5: loan and renewal count). */
  readonly chargeKey: string
  /** In the order they were posted. */
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
    method: null,
  }
  return changed<Fine, FineCharged>(
    {
      id: fineId,
      version: 0,
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

/** What entries of these types add to what is owed of the fine. */
const moved = (fine: Fine, ...types: readonly EntryType[]): Minor =>
  sum(fine.entries.filter(({ type }) => types.includes(type)).map(({ amount }) => amount))

/** What they take off it. */
const lowered = (fine: Fine, ...types: readonly EntryType[]): Minor => minor(0 - moved(fine, ...types))

/** What is still owed of it; the sum of its entries. */
export const balanceOf = (fine: Fine): Minor => sum(fine.entries.map(entry => entry.amount))

/** What was charged, before anything was paid, waived or taken back. */
export const chargedOf = (fine: Fine): Minor => moved(fine, 'charge', 'adjustment')

/** What was paid and not given back. */
export const paidOf = (fine: Fine): Minor => lowered(fine, 'payment', 'refund')

/**
 * What nobody has to pay any more: what was let go, and what was taken back of the charge, were it paid or not. What was charged
 * is what was paid, waived and is owed still.
 */
export const waivedOf = (fine: Fine): Minor => lowered(fine, 'waiver', 'reversal', 'credit')

/**
 * While something is owed: has anything been paid? Once nothing is: `paid` where the library kept money, if only a
 * part and the rest was waived; else `refunded` where it gave it all back, `waived`, or `cancelled` where the charge was
 * taken back.
 */
export const statusOf = (fine: Fine): FineStatus => {
  const paid = paidOf(fine)
  if (balanceOf(fine) > 0) return paid > 0 ? 'partly_paid' : 'open'
  if (paid > lowered(fine, 'credit')) return 'paid'
  if (fine.entries.some(({ type }) => type === 'refund' || type === 'credit')) return 'refunded'
  return lowered(fine, 'waiver') > 0 ? 'waived' : 'cancelled'
}

const lastPayment = (fine: Fine): LedgerEntry | undefined =>
  fine.entries.filter(({ type }) => type === 'payment').at(-1)

/** When the last payment was made, once nothing is owed; null for what nobody paid. */
export const datePaidOf = (fine: Fine): Instant | null =>
  balanceOf(fine) > zero ? null : (lastPayment(fine)?.at ?? null)

/** How the last payment was made, null for what nobody paid. */
export const paymentMethodOf = (fine: Fine): PaymentMethod | null => lastPayment(fine)?.method ?? null

/** The unpaid overdue fines among them, added up: what a cap per member looks at (R4.4). */
export const unpaidOverdueOf = (fines: readonly Fine[]): Minor =>
  sum(fines.filter(fine => fine.type === 'overdue' && balanceOf(fine) > 0).map(balanceOf))
