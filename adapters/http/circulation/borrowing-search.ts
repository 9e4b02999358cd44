/** What borrowings are listed by: filters and orders. */
import type { LoanSort } from '../../../core/circulation/display-ports.ts'
import type { LoanSearch } from '../../../core/circulation/use-cases/list-loans.ts'
import { E, pipe } from '../../../core/shared/fp.ts'
import type { Day } from '../../../core/shared/local-time.ts'
import type { Sort } from '../../../core/shared/page.ts'
import { described } from '../codecs/codec.ts'
import { queryFlag, queryKey } from '../codecs/numbers.ts'
import { fitting } from '../codecs/record.ts'
import type { Fields, Some } from '../codecs/record.ts'
import { oneOf } from '../codecs/text.ts'
import type { Sorts } from '../cursor.ts'
import { given } from '../given.ts'
import { listQuery, period, periodFits } from '../list.ts'
import { borrowingStatuses, BorrowingView } from './borrowing-view.ts'

const sorts: Sorts<LoanSort> = {
  id: 'id',
  borrow_date: 'instant',
  due_date: 'instant',
  return_date: 'instant',
  title: 'text',
  renewal_count: 'number',
}
const newestFirst: Sort<LoanSort> = { field: 'borrow_date', direction: 'desc' }
const dueFirst: Sort<LoanSort> = { field: 'due_date', direction: 'asc' }

const overdueFilters = {
  user_id: described('Of this member.', queryKey<'member'>()),
  book_id: described('Of this book.', queryKey<'book'>()),
  branch_id: described('At this branch.', queryKey<'branch'>()),
  ...period,
}
const allFilters = { ...overdueFilters, status: described('That stand so.', oneOf(borrowingStatuses)) }
const ownFilters = {
  genre_id: described('In this genre.', queryKey<'genre'>()),
  author_id: described('By this author.', queryKey<'author'>()),
  is_returned: described('That are back, or are not.', queryFlag),
  ...period,
}

const loanList = <Filters extends Fields & typeof period>(filters: Filters, standard: Sort<LoanSort>) =>
  fitting(listQuery({ sorts, standard, shape: BorrowingView, filters }), listing =>
    pipe(
      periodFits(listing.filters as { readonly from?: Day; readonly to?: Day }),
      E.map(() => listing),
    ),
  )

export const searchOf = (asked: Some<typeof allFilters & typeof ownFilters>): LoanSearch =>
  given<LoanSearch>({
    status: asked.status,
    memberId: asked.user_id,
    bookId: asked.book_id,
    branchId: asked.branch_id,
    genreId: asked.genre_id,
    authorId: asked.author_id,
    from: asked.from,
    to: asked.to,
    isReturned: asked.is_returned,
  })

export const allLoans = loanList(allFilters, newestFirst)
export const overdueLoans = loanList(overdueFilters, dueFirst)
export const ownLoans = loanList(ownFilters, newestFirst)
