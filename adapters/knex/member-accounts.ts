/** What a member has out and owes. */
import type { LoanAccount, MemberAccounts, PricedLoanOut } from '../../core/circulation/ports.ts'
import type { LoanId, MemberId } from '../../core/shared/id.ts'
import { minor, zero } from '../../core/shared/money.ts'
import type { Minor } from '../../core/shared/money.ts'
import { fromInstant, toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import { sql } from './failures.ts'
import { owing, unpaidOverdue } from './ledger-entries.ts'
import { toLoan } from './loans.ts'
import type { LoanRow } from './loans.ts'
import { toBlock } from './member-blocks.ts'
import type { BlockRow } from './member-blocks.ts'
import { statement } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'

/** A sum is text in Postgres, a number in SQLite. */
interface Owed {
  readonly balance: number | string
  readonly unpaid_overdue: number | string
}

/** The sums stand beside each manual block, once without one where there is none. */
type StandingRow = Owed & (BlockRow | { readonly id: null })

type LoanOutRow = LoanRow & { readonly price: Minor | null; readonly loan_category: string }

const loansOut = statement<LoanOutRow, { memberId: MemberId }>((tables, { memberId }) =>
  tables('borrowings')
    .join('book_copies', 'book_copies.id', 'borrowings.book_copy_id')
    .where({ 'borrowings.user_id': memberId })
    .whereNull('borrowings.return_date')
    .orderBy('borrowings.id')
    .select('borrowings.*', 'book_copies.price', 'book_copies.loan_category'),
)
const standing = statement<StandingRow, { memberId: MemberId }>((tables, { memberId }) =>
  tables
    .from(
      tables('ledger_entries')
        .join('fines', 'fines.id', 'ledger_entries.fine_id')
        .where({ 'ledger_entries.user_id': memberId })
        .select(
          tables.raw('coalesce(sum(ledger_entries.amount), 0) as balance'),
          tables.raw(
            "coalesce(sum(case when fines.fine_type = 'overdue' and fines.status in (?, ?) then ledger_entries.amount end), 0) as unpaid_overdue",
            owing,
          ),
        )
        .as('owed'),
    )
    .leftJoin('member_blocks', blocks =>
      blocks.onVal('member_blocks.user_id', memberId).onNull('member_blocks.lifted_at'),
    )
    .orderBy('member_blocks.id')
    .select('owed.*', 'member_blocks.*'),
)
const selfCheckouts = statement<{ borrow_date: StoredInstant }, { memberId: MemberId; since: string }>(
  (tables, { memberId, since }) =>
    tables('borrowings')
      .where({ user_id: memberId })
      .whereNull('librarian_id')
      .where('borrow_date', '>', since)
      .orderBy('borrow_date')
      .select('borrow_date'),
)
const ofOneLoan = statement<LoanAccountRow, { loanId: LoanId }>((tables, { loanId }) =>
  tables('borrowings').where({ id: loanId }).select('fine_paid', unpaidOverdue(tables)),
)

export const memberAccounts = ({ rows, first }: Transaction): MemberAccounts => ({
  of: (memberId, since) =>
    sql(async () => {
      const [out, standings, recent] = await Promise.all([
        rows(loansOut, { memberId }),
        rows(standing, { memberId }),
        rows(selfCheckouts, { memberId, since: fromInstant(since) }),
      ])
      const [sums] = standings
      return {
        loansOut: out.flatMap((row): PricedLoanOut[] => {
          const loan = toLoan(row)
          return loan.state === 'returned'
            ? []
            : [{ loan, loanCategory: row.loan_category, price: row.price }]
        }),
        balance: minor(Number(sums?.balance ?? 0)),
        unpaidOverdue: minor(Number(sums?.unpaid_overdue ?? 0)),
        blocks: standings.flatMap(row => (row.id === null ? [] : [toBlock(row)])),
        selfCheckouts: recent.map(row => toInstant(row.borrow_date)),
      }
    }),
  ofLoan: loanId =>
    sql(async () => {
      const row = await first(ofOneLoan, { loanId })
      return row === undefined ? { finesPaid: zero, unpaidOverdue: zero } : toLoanAccount(row)
    }),
})

/** As a query of `borrowings` with the column `unpaidOverdue` gives it. */
export interface LoanAccountRow {
  readonly fine_paid: Minor
  readonly unpaid_overdue: number | string
}

export const toLoanAccount = (row: LoanAccountRow): LoanAccount => ({
  finesPaid: row.fine_paid,
  unpaidOverdue: minor(Number(row.unpaid_overdue)),
})
