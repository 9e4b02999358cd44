/** What is known of when copies of titles come back: two statements, whatever the number of titles. */
import type { LateReturn } from '../../core/circulation/expected-availability.ts'
import type { Supplies } from '../../core/circulation/reservation-ports.ts'
import { grouped } from '../../core/shared/grouped.ts'
import type { BookId, BranchId, ReservationId } from '../../core/shared/id.ts'
import type { Zone } from '../../core/shared/local-time.ts'
import { fromInstant, toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import { sql } from './failures.ts'
import type { Transaction } from './unit-of-work.ts'

interface ComingRow {
  readonly book_id: BookId
  readonly branch_id: BranchId
  readonly loan_category: string
  readonly due_date: StoredInstant | null
  readonly overdue_from: StoredInstant | null
  readonly due_zone: Zone | null
  readonly reservation_id: ReservationId | null
}

interface LateRow {
  readonly book_id: BookId
  readonly due_date: StoredInstant
  readonly return_date: StoredInstant
  readonly due_zone: Zone
}

export const supplies = ({ knex }: Transaction): Supplies => ({
  of: (bookIds, lentSince) =>
    sql(async () => {
      const coming = await knex('book_copies')
        .leftJoin('borrowings', 'borrowings.id', 'book_copies.loan_id')
        .leftJoin('reservations', kept => {
          kept
            .on('reservations.book_copy_id', 'book_copies.id')
            .onIn('reservations.status', ['ready', 'in_transit'])
        })
        .whereIn('book_copies.book_id', bookIds)
        .whereIn('book_copies.status', ['available', 'kept', 'on_loan', 'in_transit'])
        .whereNot('book_copies.condition', 'damaged')
        .whereNull('book_copies.deleted_at')
        .orderBy('book_copies.id')
        .select<ComingRow[]>(
          'book_copies.book_id',
          'book_copies.branch_id',
          'book_copies.loan_category',
          'borrowings.due_date',
          'borrowings.overdue_from',
          'borrowings.due_zone',
          'reservations.id as reservation_id',
        )
      const late = await knex('borrowings')
        .whereIn('book_id', bookIds)
        .where('borrow_date', '>=', fromInstant(lentSince))
        .where('return_date', '>=', knex.ref('overdue_from'))
        .orderBy('id')
        .select<LateRow[]>('book_id', 'due_date', 'return_date', 'due_zone')
      const [copies, returns] = [grouped(coming, ofBook), grouped(late, ofBook)]
      return new Map(
        bookIds.map(bookId => [
          bookId,
          {
            coming: (copies.get(bookId) ?? []).map(toComing),
            lateReturns: (returns.get(bookId) ?? []).map(toLateReturn),
          },
        ]),
      )
    }),
})

const ofBook = ({ book_id }: { readonly book_id: BookId }): BookId => book_id

const toComing = (row: ComingRow) => ({
  branchId: row.branch_id,
  loanCategory: row.loan_category,
  loan:
    row.due_date === null || row.overdue_from === null || row.due_zone === null
      ? null
      : { dueAt: toInstant(row.due_date), overdueFrom: toInstant(row.overdue_from), zone: row.due_zone },
  setAside: row.reservation_id !== null,
})

const toLateReturn = (row: LateRow): LateReturn => ({
  dueAt: toInstant(row.due_date),
  returnedAt: toInstant(row.return_date),
  zone: row.due_zone,
})
