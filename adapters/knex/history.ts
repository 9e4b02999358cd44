/** Loans and fines that happened elsewhere or earlier, taken over without telling anybody. */
import { paidOf } from '../../core/accounts/fine.ts'
import type { LoanHistory } from '../../core/circulation/ports.ts'
import { unique } from './failures.ts'
import { keepFinePaid, toFineRow } from './fines.ts'
import { insertMany } from './insert-many.ts'
import { toEntryRow } from './ledger-entries.ts'
import { toLoanRow } from './loans.ts'
import type { Transaction } from './unit-of-work.ts'

export const history = ({ knex, now }: Transaction): LoanHistory => ({
  add: (loans, fines) =>
    unique(async () => {
      await insertMany(
        knex,
        'borrowings',
        loans.map(loan => toLoanRow(loan, now())),
      )
      await insertMany(
        knex,
        'fines',
        fines.map(fine => toFineRow(fine, now())),
      )
      await insertMany(
        knex,
        'ledger_entries',
        fines.flatMap(({ entries }) => entries.map(entry => toEntryRow(entry, now()))),
      )
      const paid = fines.flatMap(fine => (fine.loanId === null || paidOf(fine) === 0 ? [] : [fine.loanId]))
      for (const loanId of new Set(paid)) await keepFinePaid({ knex }, loanId)
    }),
})
