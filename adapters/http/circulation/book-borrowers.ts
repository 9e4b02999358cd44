/** CIR-8: the books, each with who borrowed it, for the administrator. */
import * as t from 'io-ts'
import type { BookBorrowers, BookBorrowersSort } from '../../../core/circulation/display-ports.ts'
import type { BorrowersSearch } from '../../../core/circulation/use-cases/list-book-borrowers.ts'
import { E, pipe, TE } from '../../../core/shared/fp.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { described } from '../codecs/codec.ts'
import { queryFlag, queryKey } from '../codecs/numbers.ts'
import { fitting } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import type { Sorts } from '../cursor.ts'
import type { HttpDeps } from '../deps.ts'
import { given } from '../given.ts'
import { listed, listQuery, period, periodFits } from '../list.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { integer, orNull, time, view } from '../shapes.ts'

const BorrowedView = view(
  'Borrowed',
  {
    borrowing_id: integer,
    user_id: integer,
    name: t.string,
    borrow_date: time,
    return_date: orNull(time),
    is_returned: t.boolean,
  },
  {
    borrowing_id: 8,
    user_id: 42,
    name: 'Ada Lovelace',
    borrow_date: '2026-11-21T19:09:00.000Z',
    return_date: null,
    is_returned: false,
  },
)

const BookBorrowersView = view(
  'BookBorrowers',
  { book_id: integer, title: t.string, author: orNull(t.string), borrowings: t.array(BorrowedView) },
  { book_id: 12, title: 'The Dispossessed', author: 'Ursula K. Le Guin', borrowings: [BorrowedView.example] },
)

const bookBorrowersView = (book: BookBorrowers): t.TypeOf<typeof BookBorrowersView> => ({
  book_id: book.id,
  title: book.title,
  author: book.author,
  borrowings: book.borrowings.map(({ loanId, memberId, name, borrowedAt, returnedAt }) => ({
    borrowing_id: loanId,
    user_id: memberId,
    name,
    borrow_date: toIso(borrowedAt),
    return_date: returnedAt === null ? null : toIso(returnedAt),
    is_returned: returnedAt !== null,
  })),
})

const sorts: Sorts<BookBorrowersSort> = { book_id: 'id', title: 'text' }
const filters = {
  genre_id: described('In this genre or one below it.', queryKey<'genre'>()),
  author_id: described('By this author.', queryKey<'author'>()),
  branch_id: described('Borrowed at this branch.', queryKey<'branch'>()),
  is_returned: described('Borrowings that are back, or are not.', queryFlag),
  ...period,
}
const borrowersList = fitting(
  listQuery({ sorts, standard: { field: 'title', direction: 'asc' }, shape: BookBorrowersView, filters }),
  listing =>
    pipe(
      periodFits(listing.filters),
      E.map(() => listing),
    ),
)

const searchOf = (asked: Some<typeof filters>): BorrowersSearch =>
  given<BorrowersSearch>({
    genreId: asked.genre_id,
    authorId: asked.author_id,
    branchId: asked.branch_id,
    isReturned: asked.is_returned,
    from: asked.from,
    to: asked.to,
  })

export const bookBorrowersRoutes = ({ circulation }: Pick<HttpDeps, 'circulation'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/admin/books/borrowers',
    permission: 'loan:borrowers',
    summary: 'List the books with who borrowed them and when',
    query: borrowersList,
    data: t.array(BookBorrowersView),
    handle: ({ act, query, address }) =>
      pipe(
        circulation.listBookBorrowers({ act, search: searchOf(query.filters), page: query.page }),
        TE.map(found => listed('Books and their borrowers', address, query, found, bookBorrowersView)),
      ),
  }),
]
