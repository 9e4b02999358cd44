/** What a member has out and owes. */
import type { MemberAccounts, PricedLoanOut } from '../../core/circulation/ports.ts'
import { minor } from '../../core/shared/money.ts'
import type { Minor } from '../../core/shared/money.ts'
import { fromInstant, toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import { sql } from './failures.ts'
import { toLoan } from './loans.ts'
import type { LoanRow } from './loans.ts'
import type { Transaction } from './unit-of-work.ts'

type LoanOutRow = LoanRow & { readonly price: Minor | null; readonly loan_category: string }

export const memberAccounts = ({ knex }: Transaction): MemberAccounts => ({
  of: (memberId, since) =>
    sql(async () => {
      const out = await knex('borrowings')
        .join('book_copies', 'book_copies.id', 'borrowings.book_copy_id')
        .where({ 'borrowings.user_id': memberId })
        .whereNull('borrowings.return_date')
        .orderBy('borrowings.id')
        .select<LoanOutRow[]>('borrowings.*', 'book_copies.price', 'book_copies.loan_category')
      const owed = await knex('ledger_entries')
        .where({ user_id: memberId })
        .sum<{ balance: number | string | null }[]>({ balance: 'amount' })
      const recent = await knex('borrowings')
        .where({ user_id: memberId })
        .whereNull('librarian_id')
        .where('borrow_date', '>', fromInstant(since))
        .orderBy('borrow_date')
        .select<{ borrow_date: StoredInstant }[]>('borrow_date')
      return {
        loansOut: out.flatMap((row): PricedLoanOut[] => {
          const loan = toLoan(row)
          return loan.state === 'returned'
            ? []
            : [{ loan, loanCategory: row.loan_category, price: row.price }]
        }),
        balance: minor(Number(owed[0]?.balance ?? 0)),
        selfCheckouts: recent.map(row => toInstant(row.borrow_date)),
      }
    }),
  paidOf: loanId =>
    sql(async () => {
      const rows = await knex('ledger_entries')
        .join('fines', 'fines.id', 'ledger_entries.fine_id')
        .where({ 'fines.borrowing_id': loanId, 'ledger_entries.entry_type': 'payment' })
        .sum<{ paid: number | string | null }[]>({ paid: 'ledger_entries.amount' })
      return minor(Math.abs(Number(rows[0]?.paid ?? 0)))
    }),
})
