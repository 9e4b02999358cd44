/** The books with who borrowed them, for the administrator. */
import { authorName } from '../../core/catalogue/author.ts'
import type { Book } from '../../core/catalogue/book.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import type {
  BookBorrowers,
  BookBorrowersSort,
  Borrowed,
  BorrowersFilter,
  CirculationQueries,
} from '../../core/circulation/display-ports.ts'
import { TE } from '../../core/shared/fp.ts'
import { fold } from '../../core/shared/text.ts'
import { genreAndBelow } from './catalogue-queries.ts'
import type { Database, Tables } from './database.ts'
import { matching, pageOf } from './page.ts'
import type { SortValues } from './page.ts'

export const bookBorrowers =
  ({ tables }: Database): CirculationQueries['bookBorrowers'] =>
  (filter, page) =>
    TE.fromIO(() => {
      const books = matching(tables.books.all(), conditions(tables, filter))
      const shown = pageOf(books, page, sorting)
      return { ...shown, rows: shown.rows.map(book => shownOf(tables, filter, book)) }
    })

/** A condition that was not asked for lets every book pass. */
const conditions = (tables: Tables, filter: BorrowersFilter): readonly ((book: Book) => boolean)[] => {
  const { genreId, authorId, branchId, from, to, isReturned } = filter
  const genres = genreId === undefined ? null : genreAndBelow(tables, genreId)
  const ofLoans = branchId !== undefined || from !== undefined || to !== undefined || isReturned !== undefined
  return [
    ({ details }) => genres === null || (details.genreId !== null && genres.has(details.genreId)),
    ({ details }) => authorId === undefined || details.authorIds.includes(authorId),
    book => !ofLoans || tables.loans.where('book', book.id).some(lentAs(filter)),
  ]
}

const lentAs =
  ({ branchId, from, to, isReturned }: BorrowersFilter) =>
  (loan: Loan): boolean =>
    (branchId === undefined || loan.branchId === branchId) &&
    (from === undefined || loan.borrowedAt >= from) &&
    (to === undefined || loan.borrowedAt < to) &&
    (isReturned === undefined || (loan.state === 'returned') === isReturned)

const shownOf = (tables: Tables, filter: BorrowersFilter, { id, details }: Book): BookBorrowers => ({
  id,
  title: details.title,
  author: details.authorIds.map(author => authorName(tables.authors.get(author).details))[0] ?? null,
  borrowings: tables.loans
    .where('book', id)
    .filter(lentAs(filter))
    .sort((a, b) => b.borrowedAt - a.borrowedAt || b.id - a.id)
    .map(loan => borrowedOf(tables, loan)),
})

const borrowedOf = ({ members }: Tables, loan: Loan): Borrowed => ({
  loanId: loan.id,
  memberId: loan.memberId,
  name: authorName(members.get(loan.memberId).member),
  borrowedAt: loan.borrowedAt,
  returnedAt: loan.state === 'returned' ? loan.returnedAt : null,
})

const sorting: SortValues<Book, BookBorrowersSort> = {
  book_id: ({ id }) => id,
  title: ({ details }) => fold(details.title),
}
