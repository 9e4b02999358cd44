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
import { integer, Money, moneyIn, orNull, time, word } from '../shapes.ts'

export const FineView = t.strict(
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
  'Fine',
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

export const LedgerLineView = t.strict(
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
  'LedgerEntry',
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
