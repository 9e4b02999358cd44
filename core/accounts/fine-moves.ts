/** What may happen to a fine once it is posted: it is paid, waived or paid back, never below nothing (circulation R4.6). */
import type { Changed } from '../shared/changed.ts'
import { E } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import type { LedgerEntryId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import { minor } from '../shared/money.ts'
import type { Minor } from '../shared/money.ts'
import type { Verdict } from '../shared/refusal.ts'
import type { FineEvent, FinePaid, FineRefunded, FineWaived } from './events.ts'
import { balanceOf, paidOf } from './fine.ts'
import type { Fine } from './fine.ts'
import type { LedgerEntry, PaymentMethod } from './ledger.ts'
import type { PaymentRefused, RefundRefused, WaiverRefused } from './refusals.ts'

/** A fine after a move: `posted` are the entries that came with it, at the end of the fine's own. */
export interface Moved<Event extends FineEvent = FineEvent> extends Changed<Fine, Event> {
  readonly posted: readonly LedgerEntry[]
  /** How much was paid, waived or given back; above 0. */
  readonly amount: Minor
}

/** Who moves money, and when. */
export interface Mover {
  readonly at: Instant
  readonly actorId: MemberId | null
}

export interface Payment extends Mover {
  readonly entryId: LedgerEntryId
  /** Whole or in part. */
  readonly amount: Minor
  readonly method: PaymentMethod
}

export const pay = (fine: Fine, payment: Payment): Either<PaymentRefused, Moved<FinePaid>> => {
  const { entryId, amount, method } = payment
  const verdicts = failures(amount, {
    rule: 'amount-owed',
    message: 'No more can be paid than is owed',
    limit: balanceOf(fine),
  })
  if (verdicts.length > 0) return E.left({ type: 'PaymentRefused', verdicts })
  const entry = entryOf(fine, payment, { id: entryId, type: 'payment', amount: off(amount), method })
  const after = withEntries(fine, amount, entry)
  return E.right({ ...after, events: [{ ...eventOf(after.state, payment, amount), type: 'FinePaid' }] })
}

export interface Waiver extends Mover {
  readonly entryId: LedgerEntryId
  /** null is all that is owed. */
  readonly amount: Minor | null
  readonly reason: string
}

export const waive = (fine: Fine, waiver: Waiver): Either<WaiverRefused, Moved<FineWaived>> => {
  const { entryId, reason } = waiver
  const amount = waiver.amount ?? balanceOf(fine)
  const verdicts = failures(amount, {
    rule: 'amount-owed',
    message: 'Only what is not paid yet can be waived',
    limit: balanceOf(fine),
  })
  if (verdicts.length > 0) return E.left({ type: 'WaiverRefused', verdicts })
  const entry = entryOf(fine, waiver, { id: entryId, type: 'waiver', amount: off(amount), reason })
  const after = withEntries(fine, amount, entry)
  return E.right({ ...after, events: [{ ...eventOf(after.state, waiver, amount), type: 'FineWaived' }] })
}

export interface Refund extends Mover {
  /** Of the money that is given back. */
  readonly entryId: LedgerEntryId
  /** Of the charge that is taken back with it. */
  readonly reversalId: LedgerEntryId
  /** null is all that was paid. */
  readonly amount: Minor | null
  readonly reason: string | null
}

/** What is given back was not owed: as much of the charge is taken back, so that nobody owes it anew (adr/0018). */
export const refund = (fine: Fine, given: Refund): Either<RefundRefused, Moved<FineRefunded>> => {
  const { entryId, reversalId, reason } = given
  const amount = given.amount ?? paidOf(fine)
  const verdicts = failures(amount, {
    rule: 'amount-paid',
    message: 'No more can be refunded than was paid',
    limit: paidOf(fine),
  })
  if (verdicts.length > 0) return E.left({ type: 'RefundRefused', verdicts })
  const after = withEntries(
    fine,
    amount,
    entryOf(fine, given, { id: entryId, type: 'refund', amount, reason }),
    entryOf(fine, given, { id: reversalId, type: 'reversal', amount: off(amount), reason }),
  )
  return E.right({ ...after, events: [{ ...eventOf(after.state, given, amount), type: 'FineRefunded' }] })
}

/** Every failed rule: no empty movement, and none beyond the limit. */
const failures = (
  actual: Minor,
  { rule, message, limit }: Pick<Verdict, 'rule' | 'message'> & { readonly limit: Minor },
): readonly Verdict[] => {
  const fail = { verdict: 'fail', kind: 'blocker', actual } as const
  return [
    ...(actual >= 1
      ? []
      : [{ ...fail, rule: 'amount-positive', message: 'The amount must be above 0', limit: 1 }]),
    ...(actual <= limit ? [] : [{ ...fail, rule, message, limit }]),
  ]
}

/** As the ledger has what lowers a debt. */
const off = (amount: Minor): Minor => minor(0 - amount)

const entryOf = (
  { id: fineId, memberId }: Fine,
  { at, actorId }: Mover,
  entry: Pick<LedgerEntry, 'id' | 'type' | 'amount'> & Partial<Pick<LedgerEntry, 'reason' | 'method'>>,
): LedgerEntry => ({ fineId, memberId, at, actorId, reason: null, method: null, ...entry })

const withEntries = (
  fine: Fine,
  amount: Minor,
  ...posted: readonly LedgerEntry[]
): Omit<Moved, 'events'> => ({
  amount,
  state: { ...fine, entries: [...fine.entries, ...posted] },
  posted,
})

const eventOf = (fine: Fine, { at }: Mover, amount: Minor) => ({
  version: 1,
  aggregate: 'fine' as const,
  aggregateId: fine.id,
  occurredAt: at,
  payload: { memberId: fine.memberId, loanId: fine.loanId, amount, balance: balanceOf(fine) },
})
