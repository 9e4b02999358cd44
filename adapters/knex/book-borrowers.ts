/** The books with who borrowed them, for the administrator: a page of books, then what was borrowed of them. */
import type { Knex } from 'knex'
import { authorName } from '../../core/catalogue/author.ts'
import type {
  BookBorrowers,
  BookBorrowersSort,
  BorrowersFilter,
  CirculationQueries,
  Borrowed,
  LoanFilter,
} from '../../core/circulation/display-ports.ts'
import type { BookId, LoanId, MemberId } from '../../core/shared/id.ts'
import { genreAndBelow } from './catalogue-queries.ts'
import { fromInstant, toInstant, toOptionalInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { always, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'

const sort: Readonly<Record<BookBorrowersSort, SortColumn>> = {
  book_id: always('books.id', 'integer'),
  title: always('books.title_sort', 'text'),
}

interface ShownBookRow {
  readonly id: BookId
  readonly title: string
  readonly first_name: string
  readonly last_name: string
}

interface BorrowedRow {
  readonly id: LoanId
  readonly book_id: BookId
  readonly user_id: MemberId
  readonly first_name: string
  readonly last_name: string
  readonly borrow_date: StoredInstant
  readonly return_date: StoredInstant | null
}

/** What is asked of a borrowing itself: where and when it began, and whether it is over. */
export const lentAs = (
  loans: Knex.QueryBuilder,
  { branchId, from, to, isReturned }: Pick<LoanFilter, 'branchId' | 'from' | 'to' | 'isReturned'>,
): Knex.QueryBuilder => {
  if (branchId !== undefined) void loans.where({ 'borrowings.branch_id': branchId })
  if (from !== undefined) void loans.where('borrowings.borrow_date', '>=', fromInstant(from))
  if (to !== undefined) void loans.where('borrowings.borrow_date', '<', fromInstant(to))
  if (isReturned === true) void loans.whereNotNull('borrowings.return_date')
  if (isReturned === false) void loans.whereNull('borrowings.return_date')
  return loans
}

const isOfLoans = ({ branchId, from, to, isReturned }: BorrowersFilter): boolean =>
  branchId !== undefined || from !== undefined || to !== undefined || isReturned !== undefined

export const bookBorrowers =
  ({ read }: Pick<Database, 'read'>): CirculationQueries['bookBorrowers'] =>
  (filter, page) =>
    query(
      sql(async () => {
        const { genreId, authorId } = filter
        const matching = read('books')
          .join('authors', 'authors.id', 'books.author_id')
          .whereNull('books.deleted_at')
        if (genreId !== undefined) void matching.whereIn('books.genre_id', genreAndBelow(read, genreId))
        if (authorId !== undefined) {
          void matching.whereIn(
            'books.id',
            read('book_authors').where({ author_id: authorId }).select('book_id'),
          )
        }
        if (isOfLoans(filter)) {
          void matching.whereIn('books.id', lentAs(read('borrowings'), filter).select('borrowings.book_id'))
        }
        const { rows, ...rest } = await pageOf<ShownBookRow, BookBorrowersSort>(
          {
            matching,
            columns: sort,
            id: 'books.id',
            select: ['books.id', 'books.title', 'authors.first_name', 'authors.last_name'],
          },
          page,
        )
        const borrowed = await borrowedOf(
          read,
          filter,
          rows.map(({ id }) => id),
        )
        return {
          ...rest,
          rows: rows.map((row): BookBorrowers => ({
            id: row.id,
            title: row.title,
            author: nameOf(row),
            borrowings: borrowed.get(row.id) ?? [],
          })),
        }
      }),
    )

/** The latest first. */
const borrowedOf = async (
  read: Knex,
  filter: BorrowersFilter,
  bookIds: readonly BookId[],
): Promise<ReadonlyMap<BookId, readonly Borrowed[]>> => {
  const rows = (await lentAs(read('borrowings'), filter)
    .join('users', 'users.id', 'borrowings.user_id')
    .whereIn('borrowings.book_id', [...bookIds])
    .orderBy([
      { column: 'borrowings.borrow_date', order: 'desc' },
      { column: 'borrowings.id', order: 'desc' },
    ])
    .select(
      'borrowings.id',
      'borrowings.book_id',
      'borrowings.user_id',
      'users.first_name',
      'users.last_name',
      'borrowings.borrow_date',
      'borrowings.return_date',
    )) as unknown as readonly BorrowedRow[]
  const found = new Map<BookId, Borrowed[]>(bookIds.map(id => [id, []]))
  for (const row of rows) {
    found.get(row.book_id)?.push({
      loanId: row.id,
      memberId: row.user_id,
      name: nameOf(row),
      borrowedAt: toInstant(row.borrow_date),
      returnedAt: toOptionalInstant(row.return_date),
    })
  }
  return found
}

const nameOf = (row: { readonly first_name: string; readonly last_name: string }): string =>
  authorName({ firstName: row.first_name, lastName: row.last_name })
