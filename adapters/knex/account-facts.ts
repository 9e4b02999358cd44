/** Fines, and what is stored beside the ledger, to be checked. */
import type { AccountFacts, FineFacts, LoanMoneyFacts } from '../../core/accounts/consistency-facts.ts'
import type { Fine, FineStatus } from '../../core/accounts/fine.ts'
import type { PaymentMethod } from '../../core/accounts/ledger.ts'
import { grouped } from '../../core/shared/grouped.ts'
import type { LoanId } from '../../core/shared/id.ts'
import type { Minor } from '../../core/shared/money.ts'
import { toOptionalInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Tables } from './connection.ts'
import { toFine } from './fines.ts'
import type { FineRow } from './fines.ts'
import { entriesOf } from './ledger-entries.ts'
import { nextById } from './snapshots.ts'
import type { Snapshots } from './snapshots.ts'

interface StoredFineRow extends FineRow {
  readonly amount: Minor
  readonly status: FineStatus
  readonly date_paid: StoredInstant | null
  readonly payment_method: PaymentMethod | null
}

interface LoanMoneyRow {
  readonly id: LoanId
  readonly fine_amount: Minor
  readonly fine_paid: Minor
}

export const accountFacts = (snapshot: Snapshots): AccountFacts => ({
  fines: (after, limit) =>
    snapshot(async knex => {
      const rows = await nextById(knex('fines'), after, limit).select<StoredFineRow[]>('*')
      const fines = await withEntries(knex, rows)
      return rows.map((row, index): FineFacts => ({
        fine: fines[index] as Fine,
        stored: {
          amount: row.amount,
          status: row.status,
          datePaid: toOptionalInstant(row.date_paid),
          paymentMethod: row.payment_method,
        },
      }))
    }),
  loanMoney: (after, limit) =>
    snapshot(async knex => {
      const loans = await nextById(knex('borrowings'), after, limit).select<LoanMoneyRow[]>(
        'id',
        'fine_amount',
        'fine_paid',
      )
      const rows = await knex('fines')
        .whereIn(
          'borrowing_id',
          loans.map(({ id }) => id),
        )
        .orderBy('id')
        .select<FineRow[]>('*')
      const fines = grouped(await withEntries(knex, rows), ({ loanId }) => loanId)
      return loans.map((loan): LoanMoneyFacts => ({
        loanId: loan.id,
        charged: loan.fine_amount,
        paid: loan.fine_paid,
        fines: fines.get(loan.id) ?? [],
      }))
    }),
})

const withEntries = async (knex: Tables, rows: readonly FineRow[]): Promise<readonly Fine[]> => {
  const entries = await entriesOf(
    knex,
    rows.map(({ id }) => id),
  )
  return rows.map(row => toFine(row, entries.get(row.id) ?? []))
}
