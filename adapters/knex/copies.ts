/** The table `book_copies`. */
import type { Condition, Copy, CopyDetails, CopyStatus } from '../../core/circulation/copy.ts'
import type { Copies } from '../../core/circulation/ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { BookId, BranchId, CopyId, LoanId, MemberId } from '../../core/shared/id.ts'
import type { Day } from '../../core/shared/local-time.ts'
import type { Minor } from '../../core/shared/money.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { NotFound } from '../../core/shared/refusal.ts'
import type { Tables } from './connection.ts'
import { sql, unique } from './failures.ts'
import { statement } from './statement.ts'
import { writeTransfer } from './transfers.ts'
import type { Transaction } from './unit-of-work.ts'
import { found, saveOver } from './versioned.ts'

export interface CopyRow {
  readonly id: CopyId
  readonly version: number
  readonly book_id: BookId
  readonly branch_id: BranchId
  readonly copy_number: number
  readonly barcode: string
  readonly condition: Condition
  readonly location: string | null
  readonly acquisition_date: Day | null
  readonly last_maintenance: Day | null
  readonly status: CopyStatus
  readonly loan_id: LoanId | null
  readonly kept_for_id: MemberId | null
  readonly destination_branch_id: BranchId | null
  readonly price: Minor | null
  readonly loan_category: string
}

const toDetailsRow = (copy: CopyDetails) => ({
  branch_id: copy.branchId,
  copy_number: copy.copyNumber,
  barcode: copy.barcode,
  condition: copy.condition,
  location: copy.location,
  acquisition_date: copy.acquisitionDate,
  last_maintenance: copy.lastMaintenance,
  price: copy.price,
  loan_category: copy.loanCategory,
})

const toStatusRow = (copy: Copy) => ({
  status: copy.status,
  loan_id: 'loanId' in copy ? copy.loanId : null,
  kept_for_id: copy.status === 'kept' ? copy.keptFor : null,
  destination_branch_id: copy.status === 'in_transit' ? copy.destination : null,
})

/** What a status needs beside it is checked by the schema; a row without it was damaged. */
const needed = <A>(value: A | null, row: CopyRow): A => {
  if (value === null) throw new Error(`Copy ${String(row.id)} is ${row.status} without saying where`)
  return value
}

export const toCopy = (row: CopyRow): Copy => {
  const facts = {
    id: row.id,
    bookId: row.book_id,
    version: row.version,
    branchId: row.branch_id,
    copyNumber: row.copy_number,
    barcode: row.barcode,
    condition: row.condition,
    location: row.location,
    acquisitionDate: row.acquisition_date,
    lastMaintenance: row.last_maintenance,
    price: row.price,
    loanCategory: row.loan_category,
  }
  switch (row.status) {
    case 'kept':
      return { status: row.status, keptFor: needed(row.kept_for_id, row), ...facts }
    case 'on_loan':
    case 'claimed_returned':
      return { status: row.status, loanId: needed(row.loan_id, row), ...facts }
    case 'lost':
      return { status: row.status, loanId: row.loan_id, ...facts }
    case 'in_transit':
      return { status: row.status, destination: needed(row.destination_branch_id, row), ...facts }
    case 'available':
    case 'missing':
    case 'maintenance':
    case 'withdrawn':
      return { status: row.status, ...facts }
  }
}

interface KeysRow {
  readonly id: CopyId
  readonly book_id: BookId
  readonly branch_id: BranchId
  readonly status: CopyStatus
  readonly loan_id: LoanId | null
  readonly user_id: MemberId | null
}

const table = 'book_copies'

const living = (tables: Tables) => tables(table).whereNull('book_copies.deleted_at')

const keys = (tables: Tables) =>
  living(tables)
    .leftJoin('borrowings', 'borrowings.id', 'book_copies.loan_id')
    .select(
      'book_copies.id',
      'book_copies.book_id',
      'book_copies.branch_id',
      'book_copies.status',
      'book_copies.loan_id',
      'borrowings.user_id',
    )
const keysById = statement<KeysRow, { id: CopyId }>((tables, { id }) =>
  keys(tables).where({ 'book_copies.id': id }),
)
const keysByBarcode = statement<KeysRow, { barcode: string }>((tables, { barcode }) =>
  keys(tables).where({ barcode }),
)
const byId = statement<CopyRow, { id: CopyId }>((tables, { id }, locking) =>
  locking(living(tables).where({ id })),
)
const byBook = statement<CopyRow, { bookId: BookId }>((tables, { bookId }) =>
  living(tables).where({ book_id: bookId }).whereNot({ status: 'withdrawn' }).orderBy('id'),
)

/** Asked for when it is called: see locks.ts. */
export const lockCopy = async (transaction: Transaction, copyId: CopyId): Promise<Either<NotFound, Copy>> => {
  const row = await transaction.first(byId, { id: copyId })
  return row === undefined
    ? E.left(notFound('copy', copyId))
    : E.right(toCopy(found(transaction, table, row)))
}

export const copies = (transaction: Transaction): Copies => {
  const { knex, rows, first, now } = transaction
  return {
    locate: key =>
      pipe(
        sql(() =>
          'copyId' in key
            ? first(keysById, { id: key.copyId })
            : first(keysByBarcode, { barcode: key.barcode }),
        ),
        TE.flatMap(row =>
          row === undefined
            ? TE.left(notFound('copy', 'copyId' in key ? key.copyId : key.barcode))
            : TE.right({
                copyId: row.id,
                bookId: row.book_id,
                branchId: row.branch_id,
                onLoan:
                  row.loan_id !== null && row.user_id !== null
                    ? { loanId: row.loan_id, memberId: row.user_id }
                    : null,
              }),
        ),
      ),
    get: copyId => () => lockCopy(transaction, copyId),
    ofBook: bookId => sql(async () => (await rows(byBook, { bookId })).map(toCopy)),
    add: copy =>
      unique(async () => {
        const copyNumber =
          copy.copyNumber ??
          ((
            await living(knex)
              .where({ book_id: copy.bookId })
              .max<{ n: number | null }[]>({ n: 'copy_number' })
          )[0]?.n ?? 0) + 1
        const added = await knex(table)
          .insert({
            book_id: copy.bookId,
            status: 'available',
            version: 1,
            created_at: now(),
            updated_at: now(),
            ...toDetailsRow({ ...copy, copyNumber }),
          })
          .returning<CopyRow[]>('*')
        return toCopy(added[0] as CopyRow)
      }),
    save: (copy, transfer) =>
      pipe(
        saveOver(transaction, table, 'copy', copy, Object.assign(toDetailsRow(copy), toStatusRow(copy))),
        TE.tap(() =>
          transfer === null
            ? TE.right(undefined)
            : unique(() => writeTransfer(transaction, copy.id, transfer)),
        ),
        TE.map(version => ({ ...copy, version })),
      ),
  }
}
