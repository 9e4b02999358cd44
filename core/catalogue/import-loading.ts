/** What an import asks of the catalogue and what it adds, inside one unit of work and in few statements. */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { AuthorId, BookId, GenreId, PublisherId } from '../shared/id.ts'
import { fold } from '../shared/text.ts'
import type { DuplicateKey } from '../shared/unit-of-work.ts'
import type { BookDetails } from './book.ts'
import { distinct, importedAuthor } from './import-names.ts'
import { copiesOf, likenessKeyOf } from './import-plan.ts'
import type { Alike, KnownToUs, Shelving } from './import-plan.ts'
import type { ImportedBook } from './import-row.ts'
import type { CatalogueStores } from './ports.ts'
import type { PublisherDetails } from './publisher.ts'

export type ImportStores = Pick<CatalogueStores, 'books' | 'loading'>

/** What of the batch is there. */
export const knownToUs = (
  stores: ImportStores,
  books: readonly ImportedBook[],
): TaskEither<never, KnownToUs> =>
  pipe(
    TE.Do,
    TE.bind('authors', () =>
      stores.loading.authorsNamed([...new Set(books.flatMap(({ authors }) => authors.map(fold)))]),
    ),
    TE.bind('isbns', () => {
      const isbns = books.flatMap(({ isbn }) => isbn?.isbn13 ?? [])
      return pipe(
        isbns.length === 0 ? TE.right([]) : stores.books.withIsbn(isbns),
        TE.map(found => new Map(found.map(({ id, isbn13 }) => [isbn13, id]))),
      )
    }),
    TE.bind('alike', ({ authors }) => alikeOnes(stores, books, authors)),
  )

/** Only rows without an ISBN are told by their likeness. */
const alikeOnes = (
  stores: ImportStores,
  books: readonly ImportedBook[],
  authors: KnownToUs['authors'],
): TaskEither<never, readonly Alike[]> => {
  const keys = books.flatMap(book => (book.isbn === null ? (likenessKeyOf(book, authors) ?? []) : []))
  if (keys.length === 0) return TE.right([])
  return pipe(
    TE.Do,
    TE.bind('found', () => stores.books.alike(keys)),
    TE.bind('described', ({ found }) =>
      found.length === 0 ? TE.right([]) : stores.books.known([...new Set(found.map(({ id }) => id))]),
    ),
    TE.map(({ found, described }) => {
      const subtitles = new Map(described.map(({ id, details }) => [id, details.subtitle]))
      return found.map(({ id, key }) => ({ id, key, subtitle: subtitles.get(id) ?? null }))
    }),
  )
}

/** Adds the books with all they refer to. */
export const addImported = (
  { loading }: ImportStores,
  books: readonly ImportedBook[],
  { authors }: KnownToUs,
  shelving: Shelving,
): TaskEither<DuplicateKey, ReadonlyMap<ImportedBook, BookId>> =>
  books.length === 0
    ? TE.right(new Map())
    : pipe(
        TE.Do,
        TE.bindW('authors', () =>
          idsOf(
            books.flatMap(book => book.authors),
            () => TE.right(authors),
            names => loading.addAuthors(names.map(importedAuthor)),
          ),
        ),
        TE.bindW('genres', () =>
          idsOf(
            books.flatMap(({ genre }) => genre ?? []),
            keys => loading.genresNamed(keys),
            names => loading.addGenres(names.map(name => ({ name, description: null, parentGenreId: null }))),
          ),
        ),
        TE.bindW('publishers', () =>
          idsOf(
            books.flatMap(({ publisher }) => publisher ?? []),
            keys => loading.publishersNamed(keys),
            names => loading.addPublishers(names.map(publisherNamed)),
          ),
        ),
        TE.flatMap(ids =>
          loading.addBooks(
            books.map(book => ({ details: detailsOf(book, ids), copies: copiesOf(book, shelving) })),
          ),
        ),
        TE.map(added =>
          paired(
            books,
            added.map(({ bookId }) => bookId),
          ),
        ),
      )

/** Ids by folded name; names that nobody bears yet are added, each once. */
const idsOf = <Key, Failure>(
  names: readonly string[],
  find: (keys: readonly string[]) => TaskEither<never, ReadonlyMap<string, Key>>,
  addAll: (names: readonly string[]) => TaskEither<Failure, readonly Key[]>,
): TaskEither<Failure, ReadonlyMap<string, Key>> => {
  const wanted = distinct(names)
  return pipe(
    wanted.length === 0 ? TE.right(new Map<string, Key>()) : find(wanted.map(fold)),
    TE.flatMap(found => {
      const missing = wanted.filter(name => !found.has(fold(name)))
      return missing.length === 0
        ? TE.right(found)
        : pipe(
            addAll(missing),
            TE.map(added => new Map([...found, ...paired(missing.map(fold), added)])),
          )
    }),
  )
}

const paired = <Key, Value>(keys: readonly Key[], values: readonly Value[]): ReadonlyMap<Key, Value> =>
  new Map(keys.flatMap((key, at) => values.slice(at, at + 1).map(value => [key, value] as const)))

/** A publisher of whom nothing but the name is known. */
const publisherNamed = (name: string): PublisherDetails => ({
  name,
  address: null,
  city: null,
  state: null,
  country: null,
  website: null,
  contactEmail: null,
  foundedYear: null,
})

interface ReferredIds {
  readonly authors: ReadonlyMap<string, AuthorId>
  readonly genres: ReadonlyMap<string, GenreId>
  readonly publishers: ReadonlyMap<string, PublisherId>
}

const detailsOf = (book: ImportedBook, { authors, genres, publishers }: ReferredIds): BookDetails => ({
  title: book.title,
  subtitle: book.subtitle,
  authorIds: book.authors.flatMap(name => authors.get(fold(name)) ?? []),
  isbn13: book.isbn?.isbn13 ?? null,
  isbn10: book.isbn?.isbn10 ?? null,
  publicationYear: book.publicationYear,
  publicationDate: null,
  edition: null,
  minAge: null,
  publisherId: publishers.get(fold(book.publisher ?? '')) ?? null,
  genreId: genres.get(fold(book.genre ?? '')) ?? null,
  language: book.language,
  pages: book.pages,
  description: null,
  deweyDecimal: null,
  digitalCopies: 0,
  coverImageUrl: null,
  subjects: book.subjects,
})
