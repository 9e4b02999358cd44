/** What is on its way between the branches. */
import type { Knex } from 'knex'
import type {
  TransferFilter,
  TransferQueries,
  TransferRecord,
  TransferSort,
} from '../../core/circulation/transfer-ports.ts'
import type { BookId, TransferId } from '../../core/shared/id.ts'
import { fromInstant, toInstant } from './columns.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { always, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'
import type { TransferRow } from './transfers.ts'

const sorting: Readonly<Record<TransferSort, SortColumn>> = {
  id: always('transfers.id', 'integer'),
  sent_at: always('transfers.sent_at', 'instant'),
  title: always('books.title_sort', 'text'),
  barcode: always('book_copies.barcode', 'text'),
}

type ShownRow = Omit<TransferRow, 'created_by' | 'told_at'> & {
  readonly book_id: BookId
  readonly title: string
  readonly barcode: string
}

const toRecord = (row: ShownRow): TransferRecord => ({
  id: row.id,
  copyId: row.book_copy_id,
  bookId: row.book_id,
  title: row.title,
  barcode: row.barcode,
  fromBranchId: row.from_branch_id,
  toBranchId: row.to_branch_id,
  reservationId: row.reservation_id,
  sentAt: toInstant(row.sent_at),
})

export const transferQueries = ({ read }: Database): TransferQueries => ({
  underWay: (filter, page) =>
    query(
      sql(async () => {
        const { rows, ...rest } = await pageOf<ShownRow, TransferSort>(
          {
            matching: matching(read, filter),
            columns: sorting,
            id: 'transfers.id',
            select: [
              'transfers.id',
              'transfers.book_copy_id',
              'transfers.from_branch_id',
              'transfers.to_branch_id',
              'transfers.sent_at',
              'book_copies.book_id',
              'book_copies.barcode',
              'books.title',
              // One that was given up meanwhile waits no more, or for another copy.
              read('reservations')
                .where({
                  'reservations.id': read.ref('transfers.reservation_id'),
                  'reservations.status': 'in_transit',
                  'reservations.book_copy_id': read.ref('transfers.book_copy_id'),
                })
                .select('reservations.id')
                .as('reservation_id'),
            ],
          },
          page,
        )
        return { ...rest, rows: rows.map(toRecord) }
      }),
    ),
  overdue: (sentBefore, after, limit) =>
    query(
      sql(async () => {
        const rows = await read('transfers')
          .whereNull('ended_at')
          .whereNull('told_at')
          .where('sent_at', '<', fromInstant(sentBefore))
          .where('id', '>', after ?? 0)
          .orderBy('id')
          .limit(limit)
          .select<{ id: TransferId }[]>('id')
        return rows.map(({ id }) => id)
      }),
    ),
})

const matching = (
  read: Knex,
  { branchId, direction, sentBefore, sentSince }: TransferFilter,
): Knex.QueryBuilder => {
  const open = read('transfers')
    .join('book_copies', 'book_copies.id', 'transfers.book_copy_id')
    .join('books', 'books.id', 'book_copies.book_id')
    .whereNull('transfers.ended_at')
  if (direction === 'to') void open.where({ 'transfers.to_branch_id': branchId })
  if (direction === 'from') void open.where({ 'transfers.from_branch_id': branchId })
  if (direction === null) {
    void open.where(either => {
      void either
        .where({ 'transfers.to_branch_id': branchId })
        .orWhere({ 'transfers.from_branch_id': branchId })
    })
  }
  if (sentBefore !== null) void open.where('transfers.sent_at', '<', fromInstant(sentBefore))
  if (sentSince !== null) void open.where('transfers.sent_at', '>=', fromInstant(sentSince))
  return open
}
