/** CAT-5: a book comes into the catalogue, unless it is there already. */
import { recordKept } from '../../identity/audit.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Act } from '../../identity/actor.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import { duplicate } from '../../shared/refusal.ts'
import type { Duplicate, InvalidInput, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { DuplicateKey, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { describe, references } from '../book-references.ts'
import { fitting, likenessOf } from '../book.ts'
import type { BookDetails } from '../book.ts'
import type { BookRecord, CatalogueStores } from '../ports.ts'

export interface AddBook {
  readonly act: Act
  readonly details: BookDetails
  /** Take it although a book of the same title, author and year is there; never with the same ISBN. */
  readonly allowDuplicate: boolean
}

export type AddBookError =
  PermissionDenied | InvalidInput | NotFound | Duplicate | DuplicateKey | StoreFailure

type AddBookStores = Pick<CatalogueStores, 'books' | 'authors' | 'publishers' | 'genres'> & AuditStores

export const addBook =
  ({ work }: { readonly work: UnitOfWork<AddBookStores> }) =>
  ({ act, details, allowDuplicate }: AddBook): TaskEither<AddBookError, BookRecord> =>
    work.run(stores =>
      pipe(
        TE.fromEither(permitted(act.actor, 'catalogue:write')),
        TE.flatMap((): TaskEither<AddBookError, BookDetails> => TE.fromEither(fitting(details))),
        TE.bindTo('fit'),
        TE.tap(({ fit }): TaskEither<AddBookError, void> => newToUs(stores, fit, allowDuplicate)),
        TE.bindW('references', ({ fit }) => references(stores, fit)),
        TE.bindW('book', ({ fit }) => stores.books.add(fit)),
        TE.tap(({ book }) =>
          recordKept('book')(stores, act, { id: book.id, before: null, after: book.details }),
        ),
        TE.map(({ book, references }) => describe(book, references)),
      ),
    )

/** By ISBN, and by title, first author and year; the second may be overridden. */
const newToUs = (
  { books }: AddBookStores,
  details: BookDetails,
  allowDuplicate: boolean,
): TaskEither<Duplicate, void> =>
  pipe(
    details.isbn13 === null ? TE.right([]) : books.withIsbn([details.isbn13]),
    TE.flatMap(same => none(same, 'isbn')),
    TE.flatMap(() => {
      const key = likenessOf(details)
      return key === null || allowDuplicate ? TE.right([]) : books.alike([key])
    }),
    TE.flatMap(alike => none(alike, 'title')),
  )

const none = (found: readonly { readonly id: number }[], field: string): TaskEither<Duplicate, void> =>
  found.length === 0
    ? TE.right(undefined)
    : TE.left(
        duplicate(
          'book',
          field,
          found.map(({ id }) => id),
        ),
      )
