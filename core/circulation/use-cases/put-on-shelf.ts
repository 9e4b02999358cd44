/** API-7: a book of which no more than title and author is said comes in with one copy, ready to be lent. */
import type { Branch, BranchQueries } from '../../branches/ports.ts'
import { authorName, authorNamed } from '../../catalogue/author.ts'
import type { Author } from '../../catalogue/author.ts'
import { unsaidOfBook } from '../../catalogue/book.ts'
import type { CatalogueStores } from '../../catalogue/ports.ts'
import type { Act } from '../../identity/actor.ts'
import { recordKept } from '../../identity/audit.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { BookId } from '../../shared/id.ts'
import { dayOf } from '../../shared/local-time.ts'
import { conflict } from '../../shared/refusal.ts'
import type { Conflict, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import { fold } from '../../shared/text.ts'
import type { DuplicateKey, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { recordCopy } from '../audit-entries.ts'
import { branchKnown } from '../calendar-ports.ts'
import type { CirculationStores, Copies } from '../ports.ts'
import { moved, noHoldings } from '../title.ts'

export interface PutOnShelf {
  readonly act: Act
  readonly title: string
  /** The whole name; split at its last space (DATA-2). */
  readonly author: string
}

export type PutOnShelfError = NotFound | PermissionDenied | Conflict | DuplicateKey | StoreFailure

/** The author as the catalogue has him, who may be written otherwise than he was given. */
export interface ShelvedBook {
  readonly id: BookId
  readonly title: string
  readonly author: string
}

type Stores = Pick<CatalogueStores, 'books' | 'authors' | 'loading'> &
  Pick<CirculationStores, 'titles' | 'copies' | 'calendars'> &
  AuditStores

export interface PutOnShelfDeps {
  readonly work: UnitOfWork<Stores>
  readonly branches: Pick<BranchQueries, 'branches'>
  readonly clock: Clock
}

/** Book, author and copy in one unit of work: a crash leaves no book without its copy. The same book may come twice. */
export const putOnShelf =
  ({ work, branches, clock }: PutOnShelfDeps) =>
  ({ act, title, author }: PutOnShelf): TaskEither<PutOnShelfError, ShelvedBook> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'catalogue:write')),
      TE.flatMap((): TaskEither<PutOnShelfError, Branch> => firstBranch(branches)),
      TE.tap(branch => TE.fromEither(permitted(act.actor, 'copy:write', { branchId: branch.id }))),
      TE.flatMap(branch =>
        work.run(stores =>
          pipe(
            TE.Do,
            TE.bindW('known', () => branchKnown(stores, branch.id)),
            TE.bindW('writer', () => authorOf(stores, act, author)),
            TE.bindW('book', ({ writer }) =>
              stores.books.add({ ...unsaidOfBook, title, authorIds: [writer.id] }),
            ),
            TE.bindW('barcode', ({ book }) => freeBarcode(stores.copies, `K-${String(book.id)}`)),
            TE.bindW('copy', ({ book, barcode }) =>
              stores.copies.add({
                bookId: book.id,
                branchId: branch.id,
                copyNumber: null,
                barcode,
                condition: 'good',
                location: null,
                acquisitionDate: dayOf(clock.now(), branch.details.timeZone),
                lastMaintenance: null,
                price: null,
                loanCategory: 'book',
              }),
            ),
            TE.tap(({ book, copy }) =>
              stores.titles.saveHoldings({
                id: book.id,
                title,
                minAge: null,
                holdings: moved(noHoldings, null, copy.status),
              }),
            ),
            TE.tap(({ book }) =>
              recordKept('book')(stores, act, { id: book.id, before: null, after: book.details }),
            ),
            TE.tap(({ copy }) => recordCopy(stores, act, null, copy)),
            TE.map(({ book, writer }) => ({ id: book.id, title, author: authorName(writer.details) })),
          ),
        ),
      ),
    )

/** The one of the lowest id: where nobody says which, it is the first. */
const firstBranch = (
  branches: Pick<BranchQueries, 'branches'>,
): TaskEither<Conflict | StoreFailure, Branch> =>
  pipe(
    branches.branches({
      sort: [{ field: 'id', direction: 'asc' }],
      limit: 1,
      at: { kind: 'page', page: 1 },
    }),
    TE.flatMap(({ rows: [first] }) =>
      first === undefined ? TE.left(conflict('The library has no branch to put a book in')) : TE.right(first),
    ),
  )

/** The oldest of this name, whatever its case and accents; a new one where there is none. */
const authorOf = (
  { authors, loading, audit }: Pick<Stores, 'authors' | 'loading' | 'audit'>,
  act: Act,
  name: string,
): TaskEither<DuplicateKey, Author> => {
  const details = authorNamed(name)
  const key = fold(authorName(details))
  return pipe(
    loading.authorsNamed([key]),
    TE.flatMap(named => {
      const authorId = named.get(key)
      return authorId === undefined ? TE.right([]) : authors.known([authorId])
    }),
    TE.flatMap(([known]) =>
      known === undefined
        ? pipe(
            authors.add(details),
            TE.tap(({ id }) => recordKept('author')({ audit }, act, { id, before: null, after: details })),
          )
        : TE.right(known),
    ),
  )
}

/** The stem, or the stem with the first number that no other copy bears: people may have given it away already. */
const freeBarcode = (copies: Pick<Copies, 'locate'>, stem: string, number = 1): TaskEither<never, string> => {
  const barcode = number === 1 ? stem : `${stem}-${String(number)}`
  return pipe(
    copies.locate({ barcode }),
    TE.map(() => true),
    TE.orElse(() => TE.right(false)),
    TE.flatMap(taken => (taken ? freeBarcode(copies, stem, number + 1) : TE.right(barcode))),
  )
}
