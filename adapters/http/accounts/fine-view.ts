/** A fine, and an entry of the ledger, as the API shows them. */
import * as t from 'io-ts'
import {
  balanceOf,
  chargedOf,
  datePaidOf,
  fineStatuses,
  paidOf,
  paymentMethodOf,
  statusOf,
  waivedOf,
} from '../../../core/accounts/fine.ts'
import type { Fine } from '../../../core/accounts/fine.ts'
import { entryTypes, fineTypes, paymentMethods } from '../../../core/accounts/ledger.ts'
import type { LedgerLine } from '../../../core/accounts/ports.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { firstOfMany, pageMeta } from '../list.ts'
import { integer, Money, moneyIn, orNull, time, view, word } from '../shapes.ts'

export const FineView = view(
  'Fine',
  {
    id: integer,
    user_id: integer,
    borrowing_id: orNull(integer),
    fine_type: word(fineTypes),
    amount: Money,
    paid: Money,
    waived: Money,
    balance: Money,
    description: t.string,
    date_issued: time,
    date_paid: orNull(time),
    payment_method: orNull(word(paymentMethods)),
    status: word(fineStatuses),
  },
  {
    id: 5,
    user_id: 42,
    borrowing_id: 8,
    fine_type: 'overdue',
    amount: { amount: 250, currency: 'EUR' },
    paid: { amount: 100, currency: 'EUR' },
    waived: { amount: 0, currency: 'EUR' },
    balance: { amount: 150, currency: 'EUR' },
    description: 'Ten days late',
    date_issued: '2026-11-21T19:09:00.000Z',
    date_paid: null,
    payment_method: 'cash',
    status: 'partly_paid',
  },
)

export const fineView = (currency: string) => {
  const money = moneyIn(currency)
  return (fine: Fine): t.TypeOf<typeof FineView> => {
    const paidAt = datePaidOf(fine)
    return {
      id: fine.id,
      user_id: fine.memberId,
      borrowing_id: fine.loanId,
      fine_type: fine.type,
      amount: money(chargedOf(fine)),
      paid: money(paidOf(fine)),
      waived: money(waivedOf(fine)),
      balance: money(balanceOf(fine)),
      description: fine.description,
      date_issued: toIso(fine.issuedAt),
      date_paid: paidAt === null ? null : toIso(paidAt),
      payment_method: paymentMethodOf(fine),
      status: statusOf(fine),
    }
  }
}

export const LedgerLineView = view(
  'LedgerEntry',
  {
    id: integer,
    fine_id: integer,
    type: word(entryTypes),
    // Above 0 raises what the member owes, below 0 lowers it.
    amount: Money,
    // What he owed after it.
    balance: Money,
    reason: orNull(t.string),
    method: orNull(word(paymentMethods)),
    actor_id: orNull(integer),
    at: time,
  },
  {
    id: 11,
    fine_id: 5,
    type: 'payment',
    amount: { amount: -100, currency: 'EUR' },
    balance: { amount: 150, currency: 'EUR' },
    reason: null,
    method: 'cash',
    actor_id: 3,
    at: '2026-11-22T09:30:00.000Z',
  },
)

/** Beside where the entries lie in the whole: what the member owes in all. */
export const LedgerMeta = view(
  'LedgerMeta',
  { ...pageMeta, balance: Money },
  { ...firstOfMany, balance: Money.example },
)

export const ledgerLineView = (currency: string) => {
  const money = moneyIn(currency)
  return ({ entry, runningBalance }: LedgerLine): t.TypeOf<typeof LedgerLineView> => ({
    id: entry.id,
    fine_id: entry.fineId,
    type: entry.type,
    amount: money(entry.amount),
    balance: money(runningBalance),
    reason: entry.reason,
    method: entry.method,
    actor_id: entry.actorId,
    at: toIso(entry.at),
  })
}
