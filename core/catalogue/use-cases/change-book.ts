/** CAT-6: a book is described anew; fields left out stay. */
import { recordKept } from '../../identity/audit.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Act } from '../../identity/actor.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { BookId } from '../../shared/id.ts'
import { duplicate } from '../../shared/refusal.ts'
import type { Duplicate, InvalidInput, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { references } from '../book-references.ts'
import { fitting } from '../book.ts'
import type { Book, BookDetails } from '../book.ts'
import type { CatalogueStores } from '../ports.ts'

export interface ChangeBook {
  readonly act: Act
  readonly id: BookId
  readonly changes: Partial<BookDetails>
}

export type ChangeBookError =
  | NotFound
  | PermissionDenied
  | VersionMismatch
  | InvalidInput
  | Duplicate
  | DuplicateKey
  | StaleWrite
  | StoreFailure

type ChangeBookStores = Pick<CatalogueStores, 'books' | 'authors' | 'publishers' | 'genres'> & AuditStores

export const changeBook =
  ({ work }: { readonly work: UnitOfWork<ChangeBookStores> }) =>
  ({ act, id, changes }: ChangeBook): TaskEither<ChangeBookError, Book> =>
    work.run(stores =>
      pipe(
        TE.Do,
        TE.bindW('book', () => stores.books.get(id)),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'catalogue:write'))),
        TE.tap(({ book }) => TE.fromEither(asExpected(act, 'book', book))),
        TE.bindW('details', ({ book }) => TE.fromEither(fitting({ ...book.details, ...changes }))),
        TE.tap(({ details }): TaskEither<ChangeBookError, unknown> => references(stores, details)),
        TE.tap(({ details }): TaskEither<ChangeBookError, unknown> => isbnIsFree(stores, details, id)),
        TE.tap(({ book, details }) =>
          recordKept('book')(stores, act, { id, before: book.details, after: details }),
        ),
        TE.flatMap(({ book, details }): TaskEither<ChangeBookError, Book> =>
          stores.books.save({ ...book, details }),
        ),
      ),
    )

const isbnIsFree = (
  { books }: ChangeBookStores,
  { isbn13 }: BookDetails,
  self: BookId,
): TaskEither<Duplicate, void> =>
  pipe(
    isbn13 === null ? TE.right([]) : books.withIsbn([isbn13]),
    TE.flatMap(same => {
      const others = same.filter(({ id }) => id !== self).map(({ id }) => id)
      return others.length === 0 ? TE.right(undefined) : TE.left(duplicate('book', 'isbn', others))
    }),
  )
