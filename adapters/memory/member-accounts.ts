/** What a member has out and owes. */
import { balanceOf } from '../../core/accounts/fine.ts'
import type { MemberAccounts } from '../../core/circulation/ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { LoanId } from '../../core/shared/id.ts'
import { sum, times } from '../../core/shared/money.ts'
import type { Minor } from '../../core/shared/money.ts'
import type { Database, Tables } from './database.ts'

export const memberAccounts = ({ tables }: Database): MemberAccounts => ({
  of: (memberId, selfCheckoutsSince) =>
    TE.fromIO(() => {
      const loans = tables.loans.where('member', memberId)
      return {
        loansOut: loans
          .filter(loan => loan.state !== 'returned')
          .sort((a, b) => a.id - b.id)
          .map(loan => {
            const { loanCategory, price } = tables.copies.get(loan.copyId)
            return { loan, loanCategory, price }
          }),
        balance: sum(tables.fines.where('member', memberId).map(balanceOf)),
        selfCheckouts: loans
          .filter(({ librarianId, borrowedAt }) => librarianId === null && borrowedAt > selfCheckoutsSince)
          .map(({ borrowedAt }) => borrowedAt)
          .sort((a, b) => a - b),
      }
    }),
  paidOf: loanId => TE.fromIO(() => paidOf(tables, loanId)),
})

/** Payments lower the balance. */
export const paidOf = ({ fines }: Tables, loanId: LoanId): Minor =>
  sum(
    fines
      .where('loan', loanId)
      .flatMap(({ entries }) => entries)
      .filter(({ type }) => type === 'payment')
      .map(({ amount }) => times(amount, -1)),
  )
