/** Member, book, copy and loan, one after another. */
import type { Borrowers, Copies, Loans, Locks, Titles } from '../../core/circulation/ports.ts'
import { pipe, TE } from '../../core/shared/fp.ts'

interface Aggregates {
  readonly borrowers: Borrowers
  readonly titles: Titles
  readonly copies: Copies
  readonly loans: Loans
}

export const locks = ({ borrowers, titles, copies, loans }: Aggregates): Locks => {
  const ofCopy: Locks['ofCopy'] = ({ memberId, bookId, copyId }) =>
    pipe(
      TE.Do,
      TE.bind('member', () => borrowers.get(memberId)),
      TE.bind('title', () => titles.get(bookId)),
      TE.bind('copy', () => copies.get(copyId)),
    )
  return {
    ofCopy,
    ofLoan: keys =>
      pipe(
        ofCopy(keys),
        TE.bind('loan', () => loans.get(keys.loanId)),
      ),
  }
}
