/** What a member has out and owes. */
import { balanceOf, paidOf, unpaidOverdueOf } from '../../core/accounts/fine.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import type { LoanAccount, MemberAccounts } from '../../core/circulation/ports.ts'
import { TE } from '../../core/shared/fp.ts'
import { sum, zero } from '../../core/shared/money.ts'
import type { Database, Tables } from './database.ts'
import { toBlock } from './member-blocks.ts'

export const memberAccounts = ({ tables }: Database): MemberAccounts => ({
  of: (memberId, selfCheckoutsSince) =>
    TE.fromIO(() => {
      const loans = tables.loans.where('member', memberId)
      const fines = tables.fines.where('member', memberId)
      return {
        loansOut: loans
          .filter(loan => loan.state !== 'returned')
          .sort((a, b) => a.id - b.id)
          .map(loan => {
            const { loanCategory, price } = tables.copies.get(loan.copyId)
            return { loan, loanCategory, price }
          }),
        balance: sum(fines.map(balanceOf)),
        unpaidOverdue: unpaidOverdueOf(fines),
        blocks: tables.memberBlocks
          .where('member', memberId)
          .map(toBlock)
          .sort((a, b) => a.id - b.id),
        selfCheckouts: loans
          .filter(({ librarianId, borrowedAt }) => librarianId === null && borrowedAt > selfCheckoutsSince)
          .map(({ borrowedAt }) => borrowedAt)
          .sort((a, b) => a - b),
      }
    }),
  ofLoan: loanId =>
    TE.fromIO(() => {
      const loan = tables.loans.find(loanId)
      return loan === undefined ? { finesPaid: zero, unpaidOverdue: zero } : loanAccountOf(tables, loan)
    }),
})

/** What was paid of a loan, and what its member owes of overdue fines. */
export const loanAccountOf = ({ fines }: Tables, { id, memberId }: Loan): LoanAccount => ({
  finesPaid: sum(fines.where('loan', id).map(paidOf)),
  unpaidOverdue: unpaidOverdueOf(fines.where('member', memberId)),
})
