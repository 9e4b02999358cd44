/** Many rows of the catalogue at once. */
import type { CatalogueLoading, LoadedBook } from '../../core/catalogue/ports.ts'
import { noHoldings } from '../../core/circulation/title.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { BookId, CopyId } from '../../core/shared/id.ts'
import type { Recorded } from '../../core/shared/records.ts'
import type { DuplicateKey } from '../../core/shared/unit-of-work.ts'
import { bookKind } from './books.ts'
import { addCopy } from './copies.ts'
import type { Database } from './database.ts'
import { addRecord, authorKind, genreKind, newRecord, publisherKind } from './records.ts'
import type { RecordKind } from './records.ts'
import type { Table } from './table.ts'

export const loading = (on: Database): CatalogueLoading => {
  const { authors, publishers, genres } = on.tables
  return {
    authorsNamed: names => TE.fromIO(() => named(authors, names)),
    publishersNamed: names => TE.fromIO(() => named(publishers, names)),
    genresNamed: names => TE.fromIO(() => named(genres, names)),
    addAuthors: details =>
      TE.fromIO(() =>
        details.map(each => {
          const author = newRecord(authorKind(on), each)
          authors.add(author)
          return author.id
        }),
      ),
    addPublishers: details => TE.fromIOEither(() => addEach(publisherKind(on), details)),
    addGenres: details => TE.fromIOEither(() => addEach(genreKind(on), details)),
    addBooks: loaded =>
      TE.fromIOEither(() => E.traverseArray((each: LoadedBook) => addBook(on, each))(loaded)),
  }
}

/** Of several of one name the first. */
const named = <Key extends number, Details>(
  table: Table<Key, Recorded<Key, Details>, 'name'>,
  names: readonly string[],
): ReadonlyMap<string, Key> =>
  new Map(
    names.flatMap(name => {
      const [first] = table.where('name', name).toSorted((a, b) => a.id - b.id)
      return first === undefined ? [] : [[name, first.id] as const]
    }),
  )

const addEach = <Key extends number, Details, Index extends string>(
  kind: RecordKind<Key, Details, Index>,
  details: readonly Details[],
): Either<DuplicateKey, readonly Key[]> =>
  pipe(
    details,
    E.traverseArray(each => addRecord(kind, each)),
    E.map(rows => rows.map(({ id }) => id)),
  )

const addBook = (
  on: Database,
  { details, copies }: LoadedBook,
): Either<DuplicateKey, { readonly bookId: BookId; readonly copyIds: readonly CopyId[] }> =>
  pipe(
    E.Do,
    E.bind('book', () => addRecord(bookKind(on), details)),
    E.bind('added', ({ book }) =>
      pipe(
        copies,
        E.traverseArray(copy =>
          addCopy(on, { ...copy, bookId: book.id, copyNumber: null, location: null, lastMaintenance: null }),
        ),
      ),
    ),
    E.map(({ book, added }) => {
      const holdings = { ...noHoldings, total: added.length, available: added.length }
      on.tables.holdings.put({ bookId: book.id, holdings })
      return { bookId: book.id, copyIds: added.map(({ id }) => id) }
    }),
  )
