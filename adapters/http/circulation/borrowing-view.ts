/** A loan as the API shows it. */
import * as t from 'io-ts'
import type { LoanOverview } from '../../../core/circulation/standing.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { integer, Money, moneyIn, orNull, time, view, word } from '../shapes.ts'

export const borrowingStatuses = ['open', 'overdue', 'lost', 'claimed_returned', 'returned'] as const

export const borrowingFields = {
  id: integer,
  user_id: integer,
  book_copy_id: integer,
  book_id: integer,
  title: t.string,
  barcode: t.string,
  branch_id: integer,
  borrow_date: time,
  due_date: time,
  due_zone: t.string,
  return_date: orNull(time),
  is_returned: t.boolean,
  renewal_count: integer,
  // null is without a limit.
  renewals_left: orNull(integer),
  status: word(borrowingStatuses),
  days_overdue: integer,
  fine_amount: Money,
  fine_paid: Money,
  librarian_id: orNull(integer),
  notes: orNull(t.string),
}

export const BorrowingView = view('Borrowing', borrowingFields, {
  id: 8,
  user_id: 42,
  book_copy_id: 31,
  book_id: 12,
  title: 'The Dispossessed',
  barcode: '31234000012345',
  branch_id: 2,
  borrow_date: '2026-11-21T19:09:00.000Z',
  due_date: '2026-12-12T22:59:59.999Z',
  due_zone: 'Europe/Berlin',
  return_date: null,
  is_returned: false,
  renewal_count: 0,
  renewals_left: 2,
  status: 'open',
  days_overdue: 0,
  fine_amount: { amount: 0, currency: 'EUR' },
  fine_paid: { amount: 0, currency: 'EUR' },
  librarian_id: 3,
  notes: null,
})

export const borrowingView = (currency: string) => {
  const money = moneyIn(currency)
  return ({ record, standing }: LoanOverview): t.TypeOf<typeof BorrowingView> => {
    const { loan } = record
    return {
      id: loan.id,
      user_id: loan.memberId,
      book_copy_id: loan.copyId,
      book_id: loan.bookId,
      title: record.title,
      barcode: record.barcode,
      branch_id: loan.branchId,
      borrow_date: toIso(loan.borrowedAt),
      due_date: toIso(loan.dueAt),
      due_zone: loan.terms.zone,
      return_date: loan.state === 'returned' ? toIso(loan.returnedAt) : null,
      is_returned: loan.state === 'returned',
      renewal_count: loan.renewalCount,
      renewals_left: standing.renewalsLeft,
      status: standing.status,
      days_overdue: standing.daysOverdue,
      fine_amount: money(standing.fine),
      fine_paid: money(record.finesPaid),
      librarian_id: loan.librarianId,
      notes: loan.notes,
    }
  }
}
