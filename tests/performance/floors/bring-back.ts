/** A return as a script of plain statements. */
import { address, must, number, status } from './acts.ts'
import type { Act, Desk, Pair } from './acts.ts'

export function* bringBack({ barcode }: Pair, { librarianId, nextId }: Desk): Act {
  const at = new Date()
  const now = at.toISOString()
  const found = must((yield ['copyByBarcode', barcode])[0])
  const [userId, bookId, copyId, loanId] = [
    number(found['user_id']),
    number(found['book_id']),
    number(found['id']),
    number(found['loan_id']),
  ]
  must((yield ['lockMember', userId])[0])
  const book = must((yield ['lockBook', bookId])[0])
  const copy = must((yield ['lockCopy', copyId])[0])
  const loan = must((yield ['lockLoan', loanId])[0])
  const branchId = number(copy['branch_id'])
  yield ['waiting', bookId]
  yield ['closeLoan', now, now, branchId, now, loanId, number(loan['version'])]
  yield ['updateCopy', 'available', null, now, copyId, number(copy['version'])]
  const available = number(book['available_copies']) + 1
  const circulating = number(book['circulating_copies']) - 1
  yield [
    'updateCounts',
    number(book['total_copies']),
    available,
    circulating,
    status(available, circulating),
    bookId,
  ]
  const eventId = nextId()
  const request = `floor-${String(eventId)}`
  const told = { loanId, memberId: userId, copyId, bookId, branchId, returnedAt: at.getTime() }
  yield [
    'insertEvent',
    eventId,
    'LoanReturned',
    loanId,
    2,
    now,
    now,
    now,
    librarianId,
    request,
    JSON.stringify(told),
  ]
  const before = { due_date: loan['due_date'], condition: copy['condition'] }
  const after = { return_date: now, return_branch_id: branchId, condition: copy['condition'], fine_amount: 0 }
  yield [
    'insertAudit',
    now,
    now,
    librarianId,
    'borrowing.returned',
    loanId,
    address,
    request,
    JSON.stringify(before),
    JSON.stringify(after),
  ]
}
