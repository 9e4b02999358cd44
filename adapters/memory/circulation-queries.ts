/** Loans, copies and calendars for display. */
import type { Copy } from '../../core/circulation/copy.ts'
import { isOverdue } from '../../core/circulation/loan.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import type {
  CirculationQueries,
  CopySort,
  LoanFilter,
  LoanSort,
} from '../../core/circulation/display-ports.ts'
import type { LoanRecord } from '../../core/circulation/standing.ts'
import { E, TE } from '../../core/shared/fp.ts'
import type { BookId, GenreId } from '../../core/shared/id.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { fold } from '../../core/shared/text.ts'
import type { Book, BookDetails } from '../../core/catalogue/book.ts'
import { bookBorrowers } from './book-borrowers.ts'
import { calendarsOf } from './calendars.ts'
import { genreAndBelow } from './catalogue-queries.ts'
import { noHoldings } from '../../core/circulation/title.ts'
import type { Database, Tables } from './database.ts'
import { loanAccountOf } from './member-accounts.ts'
import { matching, pageOf } from './page.ts'
import type { SortValues } from './page.ts'

export const circulationQueries = (database: Database): CirculationQueries => {
  const { tables } = database
  const sorting = loanSorting(tables)
  return {
    loans: (filter, page, now) =>
      TE.fromIO(() => {
        const matches = matching(candidates(tables, filter), conditions(tables, filter, now))
        const shown = pageOf(matches, page, sorting)
        return { ...shown, rows: shown.rows.map(loan => recordOf(tables, loan)) }
      }),
    loan: id =>
      TE.fromIOEither(() => {
        const loan = tables.loans.find(id)
        return loan === undefined ? E.left(notFound('borrowing', id)) : E.right(recordOf(tables, loan))
      }),
    endingSoon: (now, until, after, limit) =>
      TE.fromIO(() =>
        [...tables.loans.all()]
          .filter(
            ({ id, state, dueAt, notRenewedFor }) =>
              state === 'open' &&
              now < dueAt &&
              dueAt < until &&
              id > (after ?? 0) &&
              notRenewedFor !== dueAt,
          )
          .map(({ id }) => id)
          .sort((a, b) => a - b)
          .slice(0, limit),
      ),
    calendars: branchIds => TE.fromIO(() => calendarsOf(tables, branchIds)),
    copiesOf: (bookId, page) =>
      TE.fromIOEither(() =>
        tables.books.find(bookId) === undefined
          ? E.left(notFound('book', bookId))
          : E.right(pageOf(tables.copies.where('book', bookId), page, copySorting)),
      ),
    copy: id =>
      TE.fromIOEither(() => {
        const copy = tables.copies.find(id)
        return copy === undefined ? E.left(notFound('copy', id)) : E.right(copy)
      }),
    bookBorrowers: bookBorrowers(database),
    holdings: (after, limit) =>
      TE.fromIO(() =>
        [...tables.books.all()]
          .filter(({ id }) => id > (after ?? 0))
          .sort((a, b) => a.id - b.id)
          .slice(0, limit)
          .map(({ id }) => ({
            bookId: id,
            holdings: tables.holdings.find(id)?.holdings ?? noHoldings,
            copies: tables.copies.where('book', id).map(({ status }) => status),
          })),
      ),
  }
}

/** Loans keep pointing to a book that was deleted. */
const bookOf = ({ books, deletedBooks }: Tables, id: BookId): Book => books.find(id) ?? deletedBooks.get(id)

const recordOf = (tables: Tables, loan: Loan): LoanRecord => {
  const { barcode, price } = tables.copies.get(loan.copyId)
  return {
    loan,
    title: bookOf(tables, loan.bookId).details.title,
    barcode,
    price,
    ...loanAccountOf(tables, loan),
  }
}

/** Those of one member or one book, where one is asked for, without looking at all others. */
const candidates = ({ loans }: Tables, { memberId, bookId }: LoanFilter): Iterable<Loan> => {
  if (memberId !== undefined) return loans.where('member', memberId)
  return bookId === undefined ? loans.all() : loans.where('book', bookId)
}

/** A condition that was not asked for lets every loan pass. */
const conditions = (
  tables: Tables,
  filter: LoanFilter,
  now: Instant,
): readonly ((loan: Loan) => boolean)[] => {
  const { status, memberId, bookId, branchId, authorId, from, to, isReturned } = filter
  const genres = filter.genreId === undefined ? null : genreAndBelow(tables, filter.genreId)
  const detailsOf = (loan: Loan): BookDetails => bookOf(tables, loan.bookId).details
  return [
    loan => status === undefined || (isOverdue(loan, now) ? 'overdue' : loan.state) === status,
    loan => memberId === undefined || loan.memberId === memberId,
    loan => bookId === undefined || loan.bookId === bookId,
    loan => branchId === undefined || loan.branchId === branchId,
    loan => authorId === undefined || detailsOf(loan).authorIds.includes(authorId),
    loan => genres === null || isOneOf(genres, detailsOf(loan).genreId),
    loan => from === undefined || loan.borrowedAt >= from,
    loan => to === undefined || loan.borrowedAt < to,
    loan => isReturned === undefined || (loan.state === 'returned') === isReturned,
  ]
}

const isOneOf = (genres: ReadonlySet<GenreId>, genreId: GenreId | null): boolean =>
  genreId !== null && genres.has(genreId)

const loanSorting = (tables: Tables): SortValues<Loan, LoanSort> => ({
  id: ({ id }) => id,
  borrow_date: ({ borrowedAt }) => borrowedAt,
  due_date: ({ dueAt }) => dueAt,
  return_date: loan => (loan.state === 'returned' ? loan.returnedAt : null),
  title: ({ bookId }) => fold(bookOf(tables, bookId).details.title),
  renewal_count: ({ renewalCount }) => renewalCount,
})

const copySorting: SortValues<Copy, CopySort> = {
  id: ({ id }) => id,
  copy_number: ({ copyNumber }) => copyNumber,
  barcode: ({ barcode }) => barcode,
  branch_id: ({ branchId }) => branchId,
  status: ({ status }) => status,
  condition: ({ condition }) => condition,
  acquisition_date: ({ acquisitionDate }) => acquisitionDate,
}
