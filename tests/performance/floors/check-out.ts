/** A checkout as a script of plain statements. */
import { address, must, number, status } from './acts.ts'
import type { Act, Desk, Pair } from './acts.ts'

const zone = 'America/New_York'
const loanTime = 21 * 86_400_000
const hour = 3_600_000

/** As long as what the product keeps with a loan. */
const terms =
  '{"loanPeriod":{"length":21,"unit":"days"},"closedDays":"next_open_day","closedHours":"ignore","hardDueDate":null,"hardDueDateMode":"cap","endWithMembership":false,"maxRenewals":2,"renewalPeriod":null,"renewalFrom":"due_date","fine":{"amount":25,"per":"day","chargeAt":"start_of_unit","grace":0,"graceMode":"forgive","steps":[],"countClosedDays":false,"cap":1000,"capToPrice":true,"memberCap":null},"lostProcessingFee":500,"lostRefundDays":180,"refundProcessingFee":false,"defaultPrice":2000,"chargeOverdueOnLostReturn":false,"damageFees":{"minor":200,"major":1000,"beyondRepair":null},"calendarBranchId":1,"zone":"America/New_York"}'

export function* checkOut({ card, barcode }: Pair, { librarianId, nextId }: Desk): Act {
  const at = new Date()
  const now = at.toISOString()
  const due = new Date(at.getTime() + loanTime).toISOString()
  const found = must((yield ['copyByBarcode', barcode])[0])
  const member = must((yield ['memberByCard', card])[0])
  const [userId, bookId, copyId] = [number(member['id']), number(found['book_id']), number(found['id'])]
  must((yield ['lockMember', userId])[0])
  const book = must((yield ['lockBook', bookId])[0])
  const copy = must((yield ['lockCopy', copyId])[0])
  if (copy['status'] !== 'available') throw new Error(`Copy ${barcode} is not free`)
  const branchId = number(copy['branch_id'])
  yield ['openLoans', userId]
  yield ['balance', userId]
  yield ['selfCheckouts', userId, new Date(at.getTime() - hour).toISOString()]
  yield ['rulesVersion']
  yield ['branchVersion', branchId]
  const loanId = nextId()
  yield [
    'insertLoan',
    loanId,
    userId,
    copyId,
    bookId,
    branchId,
    now,
    due,
    due,
    zone,
    branchId,
    terms,
    librarianId,
    now,
    now,
  ]
  yield ['updateCopy', 'on_loan', loanId, now, copyId, number(copy['version'])]
  const available = number(book['available_copies']) - 1
  const circulating = number(book['circulating_copies']) + 1
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
  const told = {
    loanId,
    memberId: userId,
    copyId,
    bookId,
    branchId,
    dueAt: at.getTime() + loanTime,
    overridden: [],
  }
  yield [
    'insertEvent',
    eventId,
    'LoanOpened',
    loanId,
    1,
    now,
    now,
    now,
    librarianId,
    request,
    JSON.stringify(told),
  ]
  const after = { user_id: userId, book_copy_id: copyId, book_id: bookId, branch_id: branchId, due_date: due }
  yield [
    'insertAudit',
    now,
    now,
    librarianId,
    'borrowing.created',
    loanId,
    address,
    request,
    null,
    JSON.stringify(after),
  ]
}
