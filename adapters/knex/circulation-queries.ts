/** Loans and copies as they are shown. */
import type { Knex } from 'knex'
import type { CopyStatus } from '../../core/circulation/copy.ts'
import type {
  CirculationQueries,
  CopySort,
  LoanFilter,
  LoanSort,
} from '../../core/circulation/display-ports.ts'
import type { LoanRecord } from '../../core/circulation/standing.ts'
import { E } from '../../core/shared/fp.ts'
import type { BookId, LoanId } from '../../core/shared/id.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import type { Minor } from '../../core/shared/money.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { bookBorrowers, lentAs } from './book-borrowers.ts'
import { readCalendars } from './calendars.ts'
import type { CalendarCache } from './calendars.ts'
import { found, genreAndBelow } from './catalogue-queries.ts'
import { fromInstant } from './columns.ts'
import type { Database } from './database.ts'
import { toCopy } from './copies.ts'
import type { CopyRow } from './copies.ts'
import { query, sql } from './failures.ts'
import { unpaidOverdue } from './ledger-entries.ts'
import { toLoan } from './loans.ts'
import type { LoanRow } from './loans.ts'
import { toLoanAccount } from './member-accounts.ts'
import type { LoanAccountRow } from './member-accounts.ts'
import { always, nullable, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'

const loanSort: Readonly<Record<LoanSort, SortColumn>> = {
  id: always('borrowings.id', 'integer'),
  borrow_date: always('borrowings.borrow_date', 'instant'),
  due_date: always('borrowings.due_date', 'instant'),
  return_date: nullable('borrowings.return_date', 'instant'),
  title: always('books.title_sort', 'text'),
  renewal_count: always('borrowings.renewal_count', 'integer'),
}

const copySort: Readonly<Record<CopySort, SortColumn>> = {
  id: always('book_copies.id', 'integer'),
  copy_number: always('book_copies.copy_number', 'integer'),
  barcode: always('book_copies.barcode', 'text'),
  branch_id: always('book_copies.branch_id', 'integer'),
  status: always('book_copies.status', 'text'),
  condition: always('book_copies.condition', 'text'),
  acquisition_date: nullable('book_copies.acquisition_date', 'day'),
}

type ShownLoanRow = LoanRow &
  LoanAccountRow & {
    readonly title: string
    readonly barcode: string
    readonly price: Minor | null
  }

const shownColumns = (read: Knex) => [
  'borrowings.*',
  'books.title',
  'book_copies.barcode',
  'book_copies.price',
  unpaidOverdue(read),
]

export const circulationQueries = ({ read, rows }: Database, cache: CalendarCache): CirculationQueries => {
  const shownLoans = () =>
    read('borrowings')
      .join('books', 'books.id', 'borrowings.book_id')
      .join('book_copies', 'book_copies.id', 'borrowings.book_copy_id')

  const livingCopies = () => read('book_copies').whereNull('book_copies.deleted_at')

  return {
    loans: (filter, page, now) =>
      query(
        sql(async () => {
          const matching = shownLoans()
          applyLoanFilter(read, matching, filter, now)
          const { rows, ...rest } = await pageOf<ShownLoanRow, LoanSort>(
            { matching, columns: loanSort, id: 'borrowings.id', select: shownColumns(read) },
            page,
          )
          return { ...rest, rows: rows.map(toLoanRecord) }
        }),
      ),
    loan: id =>
      found('borrowing', id, async () => {
        const row = await shownLoans()
          .where({ 'borrowings.id': id })
          .first<ShownLoanRow | undefined>(...shownColumns(read))
        return row === undefined ? undefined : toLoanRecord(row)
      }),
    endingSoon: (now, until, after, limit) =>
      query(
        sql(async () => {
          const ending = await read('borrowings')
            .where({ state: 'open' })
            .where('due_date', '>', fromInstant(now))
            .where('due_date', '<', fromInstant(until))
            .where('id', '>', after ?? 0)
            .where(notTold => {
              void notTold.whereNull('not_renewed_for').orWhere('not_renewed_for', '<>', read.ref('due_date'))
            })
            .orderBy('id')
            .limit(limit)
            .select<{ id: LoanId }[]>('id')
          return ending.map(({ id }) => id)
        }),
      ),
    calendars: branchIds => query(sql(() => readCalendars({ knex: read, rows }, cache, branchIds))),
    copiesOf: (bookId, page) =>
      query(async () => {
        const book = await read('books')
          .where({ id: bookId })
          .whereNull('deleted_at')
          .first<{ id: number } | undefined>('id')
        if (book === undefined) return E.left(notFound('book', bookId))
        const { rows, ...rest } = await pageOf<CopyRow, CopySort>(
          {
            matching: livingCopies().where({ book_id: bookId }),
            columns: copySort,
            id: 'book_copies.id',
            select: ['book_copies.*'],
          },
          page,
        )
        return E.right({ ...rest, rows: rows.map(toCopy) })
      }),
    copy: id =>
      found('copy', id, async () => {
        const row = await livingCopies().where({ id }).first<CopyRow | undefined>()
        return row === undefined ? undefined : toCopy(row)
      }),
    bookBorrowers: bookBorrowers({ read }),
    holdings: (after, limit) =>
      query(
        sql(async () => {
          const books = await read('books')
            .whereNull('deleted_at')
            .where('id', '>', after ?? 0)
            .orderBy('id')
            .limit(limit)
            .select<HeldBookRow[]>('id', 'total_copies', 'available_copies', 'circulating_copies')
          const standing = await livingCopies()
            .whereIn(
              'book_id',
              books.map(({ id }) => id),
            )
            .select<{ book_id: BookId; status: CopyStatus }[]>('book_id', 'status')
          const copies = new Map<BookId, CopyStatus[]>(books.map(({ id }) => [id, []]))
          for (const { book_id, status } of standing) copies.get(book_id)?.push(status)
          return books.map(book => ({
            bookId: book.id,
            holdings: {
              total: book.total_copies,
              available: book.available_copies,
              circulating: book.circulating_copies,
            },
            copies: copies.get(book.id) ?? [],
          }))
        }),
      ),
  }
}

interface HeldBookRow {
  readonly id: BookId
  readonly total_copies: number
  readonly available_copies: number
  readonly circulating_copies: number
}

const toLoanRecord = (row: ShownLoanRow): LoanRecord => ({
  loan: toLoan(row),
  title: row.title,
  barcode: row.barcode,
  price: row.price,
  ...toLoanAccount(row),
})

const applyLoanFilter = (read: Knex, loans: Knex.QueryBuilder, filter: LoanFilter, now: Instant): void => {
  const { status, memberId, bookId, genreId, authorId } = filter
  if (status !== undefined) void loans.where({ 'borrowings.state': status === 'overdue' ? 'open' : status })
  if (status === 'open') void loans.where('borrowings.overdue_from', '>', fromInstant(now))
  if (status === 'overdue') void loans.where('borrowings.overdue_from', '<=', fromInstant(now))
  if (memberId !== undefined) void loans.where({ 'borrowings.user_id': memberId })
  if (bookId !== undefined) void loans.where({ 'borrowings.book_id': bookId })
  if (genreId !== undefined) void loans.whereIn('books.genre_id', genreAndBelow(read, genreId))
  if (authorId !== undefined) {
    void loans.whereIn(
      'borrowings.book_id',
      read('book_authors').where({ author_id: authorId }).select('book_id'),
    )
  }
  lentAs(loans, filter)
}
