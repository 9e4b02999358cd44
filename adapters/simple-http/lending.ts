/** What the calls of the simple API come to: acts of the kiosk, by the use cases that the API goes through too. */
import { authorName, splitName } from '../../core/catalogue/author.ts'
import type { BookRecord } from '../../core/catalogue/ports.ts'
import type { LoanSort } from '../../core/circulation/display-ports.ts'
import type { LoanOverview, LoanRecord } from '../../core/circulation/standing.ts'
import type { Act } from '../../core/identity/actor.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { BookId, MemberId } from '../../core/shared/id.ts'
import type { PageRequest } from '../../core/shared/page.ts'
import { conflict } from '../../core/shared/refusal.ts'
import type { Conflict } from '../../core/shared/refusal.ts'
import { unsaidOfMember } from '../../core/members/member.ts'
import type { SimpleDeps } from './deps.ts'
import type { Wish } from './forms.ts'
import type { SimpleError } from './refused.ts'

export interface BookView {
  readonly id: number
  readonly title: string
  readonly author: string
}

const bookView = ({ book, authors }: BookRecord): BookView => ({
  id: book.id,
  title: book.details.title,
  author: authors.map(({ name }) => name).join(', '),
})

export const addBook =
  ({ putOnShelf }: Pick<SimpleDeps, 'putOnShelf'>) =>
  (act: Act, { title, author }: Omit<BookView, 'id'>): TaskEither<SimpleError, BookView> =>
    putOnShelf({ act, title, author })

/** Nobody logs in as such a member and nobody writes to him: the domain is one that never resolves (RFC 2606). */
export const addUser =
  ({ registerMember, newUsername }: Pick<SimpleDeps, 'registerMember' | 'newUsername'>) =>
  (
    act: Act,
    { name }: { readonly name: string },
  ): TaskEither<SimpleError, { readonly id: number; readonly name: string }> =>
    pipe(
      TE.fromIO(newUsername),
      TE.flatMap(username =>
        registerMember({
          act,
          details: {
            ...splitName(name),
            username,
            email: `${username}@kiosk.invalid`,
            ...unsaidOfMember,
          },
          password: null,
          membership: { status: 'active', membershipExpiresOn: null },
        }),
      ),
      TE.map(({ member }) => ({ id: member.id, name: authorName(member) })),
    )

export const borrow =
  ({ checkOut }: Pick<SimpleDeps, 'checkOut'>) =>
  (act: Act, { userId, bookId }: Wish): TaskEither<SimpleError, { readonly message: string }> =>
    pipe(
      checkOut({
        act,
        member: { memberId: userId },
        wanted: { bookId },
        branchId: null,
        notes: null,
        override: null,
      }),
      TE.map(() => ({ message: 'Book borrowed successfully' })),
    )

/** The member's own loan of the book, whichever copy he has. */
export const bringBack =
  (deps: Pick<SimpleDeps, 'books' | 'listMemberLoans' | 'returnLoan'>) =>
  (act: Act, { userId, bookId }: Wish): TaskEither<SimpleError, { readonly message: string }> =>
    pipe(
      deps.listMemberLoans({ act, memberId: userId, search: { bookId, isReturned: false }, page: firstPage }),
      TE.tap(() => deps.books.book(bookId)),
      TE.flatMap(({ rows: [first, ...others] }): TaskEither<SimpleError, LoanRecord> => {
        if (first === undefined) return TE.left(notBorrowed(userId, bookId))
        return TE.right([first, ...others].find(isOut)?.record ?? first.record)
      }),
      TE.flatMap(({ loan }): TaskEither<SimpleError, unknown> =>
        deps.returnLoan({
          act,
          loanId: loan.id,
          branchId: null,
          condition: null,
          notes: null,
          returnedAt: null,
          resolution: null,
        }),
      ),
      TE.map(() => ({ message: 'Book returned successfully' })),
    )

const notBorrowed = (userId: MemberId, bookId: BookId): Conflict =>
  conflict('The user has not borrowed this book', { user_id: userId, book_id: bookId })

/** What is lost, or is said to have come back, is in nobody's hands. */
const isOut = ({ record }: LoanOverview): boolean => record.loan.state === 'open'

/** In the order in which it was borrowed. */
const firstPage: PageRequest<LoanSort> = {
  sort: [{ field: 'borrow_date', direction: 'asc' }],
  limit: 100,
  at: { kind: 'page', page: 1 },
}

/** All that a member has out now: no rule says that it is less than a page. */
export const borrowedBy =
  (deps: Pick<SimpleDeps, 'books' | 'listMemberLoans'>) =>
  (act: Act, memberId: MemberId, page = firstPage): TaskEither<SimpleError, readonly BookView[]> =>
    pipe(
      deps.listMemberLoans({ act, memberId, search: { isReturned: false }, page }),
      TE.flatMap(({ rows, next }) =>
        pipe(
          booksOf(deps, rows.filter(isOut)),
          TE.flatMap(shown =>
            next === null
              ? TE.right(shown)
              : pipe(
                  borrowedBy(deps)(act, memberId, { ...page, at: { kind: 'cursor', after: next } }),
                  TE.map(rest => [...shown, ...rest]),
                ),
          ),
        ),
      ),
    )

/** A book that is gone by now has come back by now, and is left out. */
const booksOf = (
  { books }: Pick<SimpleDeps, 'books'>,
  loans: readonly LoanOverview[],
): TaskEither<SimpleError, readonly BookView[]> => {
  const ids = loans.map(({ record }) => record.loan.bookId)
  return pipe(
    books.books({ ids: [...new Set(ids)] }, { sort: [], limit: 100, at: { kind: 'page', page: 1 } }),
    TE.map(({ rows }) => {
      const views = new Map(rows.map(record => [record.book.id, bookView(record)]))
      return ids.flatMap(id => views.get(id) ?? [])
    }),
  )
}
