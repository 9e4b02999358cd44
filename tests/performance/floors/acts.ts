/** A checkout, a return and a book's page as a script of plain statements, the same for both drivers. */
import type { StatementName } from './statements.ts'

type Value = string | number | null
type Row = Readonly<Record<string, Value>>

/** A statement with its values; whoever runs the act hands back its rows (none of a write). */
export type Step = readonly [StatementName, ...Value[]]
export type Act = Generator<Step, void, readonly Row[]>

/** Who stands at the desk, and which ids are free. */
export interface Desk {
  readonly librarianId: number
  readonly nextId: () => number
}

export interface Pair {
  readonly card: string
  readonly barcode: string
}

const zone = 'America/New_York'
const loanTime = 21 * 86_400_000
const hour = 3_600_000
const address = '127.0.0.1'

/** As long as what the product keeps with a loan. */
const terms =
  '{"loanPeriod":{"length":21,"unit":"days"},"closedDays":"next_open_day","closedHours":"ignore","hardDueDate":null,"hardDueDateMode":"cap","endWithMembership":false,"maxRenewals":2,"renewalPeriod":null,"renewalFrom":"due_date","fine":{"amount":25,"per":"day","chargeAt":"start_of_unit","grace":0,"graceMode":"forgive","steps":[],"countClosedDays":false,"cap":1000,"capToPrice":true,"memberCap":null},"lostProcessingFee":500,"lostRefundDays":180,"refundProcessingFee":false,"defaultPrice":2000,"chargeOverdueOnLostReturn":false,"damageFees":{"minor":200,"major":1000,"beyondRepair":null},"calendarBranchId":1,"zone":"America/New_York"}'

const must = (row: Row | undefined): Row => {
  if (row === undefined) throw new Error('A row of the floor is missing')
  return row
}

const number = (value: Value | undefined): number => Number(value)

const status = (available: number, circulating: number): string =>
  available > 0 ? 'available' : circulating > 0 ? 'on_loan' : 'unavailable'

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

export function* showBook(bookId: number): Act {
  must((yield ['book', bookId])[0])
  yield ['authorsOfBook', bookId]
  yield ['subjectsOfBook', bookId]
  yield ['copiesByBranch', bookId]
}
