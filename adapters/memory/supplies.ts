/** What is known of when copies of titles come back. */
import type { Copy } from '../../core/circulation/copy.ts'
import type { ComingCopy, LateReturn } from '../../core/circulation/expected-availability.ts'
import type { Supplies } from '../../core/circulation/reservation-ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { BookId } from '../../core/shared/id.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import type { Database, Tables } from './database.ts'

export const supplies = ({ tables }: Database): Supplies => ({
  of: (bookIds, lentSince) =>
    TE.fromIO(
      () =>
        new Map(
          bookIds.map(bookId => [
            bookId,
            { coming: comingOf(tables, bookId), lateReturns: lateReturnsOf(tables, bookId, lentSince) },
          ]),
        ),
    ),
})

const comesBack = ({ status, condition }: Copy): boolean =>
  condition !== 'damaged' &&
  (status === 'available' || status === 'kept' || status === 'on_loan' || status === 'in_transit')

const comingOf = (tables: Tables, bookId: BookId): readonly ComingCopy[] =>
  tables.copies
    .where('book', bookId)
    .filter(comesBack)
    .sort((a, b) => a.id - b.id)
    .map(copy => {
      const loan = copy.status === 'on_loan' ? tables.loans.get(copy.loanId) : null
      return {
        branchId: copy.branchId,
        loanCategory: copy.loanCategory,
        loan:
          loan === null ? null : { dueAt: loan.dueAt, overdueFrom: loan.overdueFrom, zone: loan.terms.zone },
        setAside: tables.reservations.where('kept', copy.id).length > 0,
      }
    })

const lateReturnsOf = ({ loans }: Tables, bookId: BookId, lentSince: Instant): readonly LateReturn[] =>
  loans
    .where('book', bookId)
    .flatMap(loan =>
      loan.state === 'returned' && loan.borrowedAt >= lentSince && loan.returnedAt >= loan.overdueFrom
        ? [{ id: loan.id, dueAt: loan.dueAt, returnedAt: loan.returnedAt, zone: loan.terms.zone }]
        : [],
    )
    .sort((a, b) => a.id - b.id)
    .map(({ dueAt, returnedAt, zone }) => ({ dueAt, returnedAt, zone }))
