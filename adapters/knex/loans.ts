/** The table `borrowings`. */
import type { Loan, LoanState } from '../../core/circulation/loan.ts'
import type { Loans } from '../../core/circulation/ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { BookId, BranchId, CopyId, LoanId, MemberId } from '../../core/shared/id.ts'
import type { Minor } from '../../core/shared/money.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { NotFound } from '../../core/shared/refusal.ts'
import { duplicateKey } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey, StaleWrite } from '../../core/shared/unit-of-work.ts'
import { fromInstant, fromJson, fromOptionalInstant, toInstant, toOptionalInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import { appendEvents } from './events.ts'
import { sql } from './failures.ts'
import { stringsFromJson, termsFromJson } from './payloads.ts'
import { statement, uniqueInsertion } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'
import { found, saveOver } from './versioned.ts'

export interface LoanRow {
  readonly id: LoanId
  readonly version: number
  readonly user_id: MemberId
  readonly book_copy_id: CopyId
  readonly book_id: BookId
  readonly branch_id: BranchId
  readonly state: LoanState
  readonly borrow_date: StoredInstant
  readonly due_date: StoredInstant
  readonly overdue_from: StoredInstant
  readonly due_from: StoredInstant | null
  readonly terms: unknown
  readonly return_date: StoredInstant | null
  readonly scanned_at: StoredInstant | null
  readonly return_branch_id: BranchId | null
  readonly renewal_count: number
  readonly fine_amount: Minor
  readonly librarian_id: MemberId | null
  readonly notes: string | null
  readonly override_rules: unknown
  readonly override_reason: string | null
  readonly not_renewed_for: StoredInstant | null
  readonly reminded_for: StoredInstant | null
}

/** The columns of a loan that change in its life. */
const toChangingRow = (loan: Loan) => ({
  state: loan.state,
  due_date: fromInstant(loan.dueAt),
  overdue_from: fromInstant(loan.overdueFrom),
  due_from: fromOptionalInstant(loan.dueFrom),
  return_date: loan.state === 'returned' ? fromInstant(loan.returnedAt) : null,
  scanned_at: loan.state === 'returned' ? fromInstant(loan.scannedAt) : null,
  return_branch_id: loan.state === 'returned' ? loan.returnBranchId : null,
  renewal_count: loan.renewalCount,
  fine_amount: loan.finesPosted,
  notes: loan.notes,
  override_rules: loan.override === null ? null : fromJson(loan.override.rules),
  override_reason: loan.override?.reason ?? null,
  not_renewed_for: fromOptionalInstant(loan.notRenewedFor),
  reminded_for: fromOptionalInstant(loan.remindedFor),
})

export const toLoanRow = (loan: Loan, now: string) => ({
  id: loan.id,
  user_id: loan.memberId,
  book_copy_id: loan.copyId,
  book_id: loan.bookId,
  branch_id: loan.branchId,
  borrow_date: fromInstant(loan.borrowedAt),
  due_zone: loan.terms.zone,
  calendar_branch_id: loan.terms.calendarBranchId,
  terms: fromJson(loan.terms),
  librarian_id: loan.librarianId,
  version: 1,
  created_at: now,
  updated_at: now,
  ...toChangingRow(loan),
})

export const toLoan = (row: LoanRow): Loan => {
  const facts = {
    id: row.id,
    version: row.version,
    memberId: row.user_id,
    copyId: row.book_copy_id,
    bookId: row.book_id,
    branchId: row.branch_id,
    borrowedAt: toInstant(row.borrow_date),
    dueAt: toInstant(row.due_date),
    overdueFrom: toInstant(row.overdue_from),
    dueFrom: toOptionalInstant(row.due_from),
    terms: termsFromJson(row.terms),
    renewalCount: row.renewal_count,
    finesPosted: row.fine_amount,
    librarianId: row.librarian_id,
    notes: row.notes,
    override:
      row.override_reason === null
        ? null
        : { rules: stringsFromJson(row.override_rules), reason: row.override_reason },
    notRenewedFor: toOptionalInstant(row.not_renewed_for),
    remindedFor: toOptionalInstant(row.reminded_for),
  }
  if (row.state !== 'returned') return { state: row.state, ...facts }
  if (row.return_date === null || row.scanned_at === null || row.return_branch_id === null) {
    throw new Error(`Loan ${String(row.id)} is returned without saying when and where`)
  }
  return {
    state: row.state,
    returnedAt: toInstant(row.return_date),
    scannedAt: toInstant(row.scanned_at),
    returnBranchId: row.return_branch_id,
    ...facts,
  }
}

const table = 'borrowings'

type KeysRow = Pick<LoanRow, 'user_id' | 'book_id' | 'book_copy_id' | 'branch_id'>

const keys = statement<KeysRow, { id: LoanId }>((tables, { id }) =>
  tables(table).where({ id }).select('user_id', 'book_id', 'book_copy_id', 'branch_id'),
)
const byId = statement<LoanRow, { id: LoanId }>((tables, { id }, locking) =>
  locking(tables(table).where({ id })),
)
const lastReturned = statement<LoanRow, { copyId: CopyId }>((tables, { copyId }) =>
  tables(table)
    .where({ book_copy_id: copyId })
    .whereNotNull('return_date')
    .orderBy([
      { column: 'return_date', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(1),
)

/** Asked for when it is called: see locks.ts. */
export const lockLoan = async (transaction: Transaction, loanId: LoanId): Promise<Either<NotFound, Loan>> => {
  const row = await transaction.first(byId, { id: loanId })
  return row === undefined
    ? E.left(notFound('borrowing', loanId))
    : E.right(toLoan(found(transaction, table, row)))
}

export const loans = (transaction: Transaction): Loans => {
  const { first, write, now } = transaction
  /** Of a copy that is out already no row is written: what was asked for beside it is undone by the unit of work. */
  const opened = async (loan: Loan): Promise<Either<DuplicateKey, number>> => {
    const row = toLoanRow(loan, now())
    return (await write(uniqueInsertion(table, row), row)) === 1
      ? E.right(1)
      : E.left(duplicateKey('book_copy_id'))
  }
  const overwritten = (loan: Loan): Promise<Either<StaleWrite | DuplicateKey, number>> =>
    saveOver(transaction, table, 'borrowing', loan, toChangingRow(loan))()
  return {
    locate: loanId =>
      pipe(
        sql(() => first(keys, { id: loanId })),
        TE.flatMap(row =>
          row === undefined
            ? TE.left(notFound('borrowing', loanId))
            : TE.right({
                loanId,
                memberId: row.user_id,
                bookId: row.book_id,
                copyId: row.book_copy_id,
                branchId: row.branch_id,
              }),
        ),
      ),
    get: loanId => () => lockLoan(transaction, loanId),
    lastReturnedOf: copyId =>
      sql(async () => {
        const row = await first(lastReturned, { copyId })
        return row === undefined ? null : toLoan(row)
      }),
    save:
      ({ state: loan, events }, act) =>
      async () => {
        const [version] = await Promise.all([
          loan.version === 0 ? opened(loan) : overwritten(loan),
          appendEvents(transaction, events, act),
        ])
        return pipe(
          version,
          E.map(saved => ({ ...loan, version: saved })),
        )
      },
  }
}
