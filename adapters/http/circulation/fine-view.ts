/** A fine as the API shows it: what its entries add up to. */
import * as t from 'io-ts'
import { balanceOf, chargedOf } from '../../../core/accounts/fine.ts'
import type { EntryType, Fine, FineStatus } from '../../../core/accounts/fine.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { minor, sum } from '../../../core/shared/money.ts'
import type { Minor } from '../../../core/shared/money.ts'
import { integer, Money, moneyIn, orNull, time, word } from '../shapes.ts'

export const FineView = t.strict(
  {
    id: integer,
    user_id: integer,
    borrowing_id: orNull(integer),
    fine_type: word(['overdue', 'lost', 'processing', 'damaged', 'membership', 'other']),
    amount: Money,
    paid: Money,
    waived: Money,
    balance: Money,
    description: t.string,
    date_issued: time,
    date_paid: orNull(time),
    payment_method: orNull(t.string),
    status: word(['open', 'partly_paid', 'paid', 'waived', 'cancelled', 'refunded']),
  },
  'Fine',
)

export const fineView = (currency: string) => {
  const money = moneyIn(currency)
  return (fine: Fine): t.TypeOf<typeof FineView> => {
    const balance = balanceOf(fine)
    const [lastPayment] = fine.entries
      .filter(({ type }) => type === 'payment')
      .map(({ at }) => at)
      .sort((a, b) => b - a)
    return {
      id: fine.id,
      user_id: fine.memberId,
      borrowing_id: fine.loanId,
      fine_type: fine.type,
      amount: money(chargedOf(fine)),
      paid: money(lowered(fine, ['payment', 'refund'])),
      waived: money(lowered(fine, ['waiver'])),
      balance: money(balance),
      description: fine.description,
      date_issued: toIso(fine.issuedAt),
      date_paid: balance > 0 || lastPayment === undefined ? null : toIso(lastPayment),
      // The entries do not say yet how they were paid.
      payment_method: null,
      status: statusOf(fine),
    }
  }
}

/** What entries of these types took off the fine. */
const lowered = (fine: Fine, types: readonly EntryType[]): Minor =>
  minor(0 - sum(fine.entries.filter(({ type }) => types.includes(type)).map(({ amount }) => amount)))

const statusOf = (fine: Fine): FineStatus => {
  const balance = balanceOf(fine)
  if (balance >= chargedOf(fine)) return 'open'
  if (balance > 0) return 'partly_paid'
  return lowered(fine, ['payment', 'refund']) > 0 ? 'paid' : 'waived'
}
