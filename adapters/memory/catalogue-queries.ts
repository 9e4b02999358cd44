/** The catalogue for display. */
import { authorName } from '../../core/catalogue/author.ts'
import type { Author, AuthorDetails } from '../../core/catalogue/author.ts'
import type { Book, BookDetails } from '../../core/catalogue/book.ts'
import type { Genre } from '../../core/catalogue/genre.ts'
import type {
  AuthorSort,
  BookFilter,
  BookRecord,
  BookSort,
  BranchAvailability,
  CatalogueQueries,
  PublisherSort,
} from '../../core/catalogue/ports.ts'
import type { Publisher } from '../../core/catalogue/publisher.ts'
import { availabilityOf, noHoldings } from '../../core/circulation/title.ts'
import type { Holdings } from '../../core/circulation/title.ts'
import { E, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { BookId, BranchId, GenreId } from '../../core/shared/id.ts'
import { compareSorted } from '../../core/shared/page.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { NotFound, Resource } from '../../core/shared/refusal.ts'
import { fold } from '../../core/shared/text.ts'
import type { Database, Tables } from './database.ts'
import { matching, occur, once, pageOf } from './page.ts'
import type { SortValues } from './page.ts'
import type { Table } from './table.ts'

export const catalogueQueries = ({ tables }: Database): CatalogueQueries => {
  const ofAuthor = counted(tables, 'author')
  const ofPublisher = counted(tables, 'publisher')
  const ofGenre = counted(tables, 'genre')
  const sorting = bookSorting(tables)
  return {
    books: (filter, page) =>
      TE.fromIO(() => {
        const shown = pageOf(matching(tables.books.all(), conditions(tables, filter)), page, sorting)
        return { ...shown, rows: shown.rows.map(book => recordOf(tables, book)) }
      }),
    book: id =>
      one(tables.books, 'book', id, book => ({
        ...recordOf(tables, book),
        availability: availability(tables, id),
      })),
    authors: ({ words }, page) =>
      TE.fromIO(() => {
        const matches = matching(tables.authors.all(), [
          ({ details }) => words === undefined || occur(words, [authorKeys(details).name]),
        ])
        const shown = pageOf(matches, page, authorSorting)
        return { ...shown, rows: shown.rows.map(ofAuthor) }
      }),
    author: id => one(tables.authors, 'author', id, ofAuthor),
    publishers: ({ words }, page) =>
      TE.fromIO(() => {
        const matches = matching(tables.publishers.all(), [
          ({ details }) => words === undefined || occur(words, [fold(details.name)]),
        ])
        const shown = pageOf(matches, page, publisherSorting)
        return { ...shown, rows: shown.rows.map(ofPublisher) }
      }),
    publisher: id => one(tables.publishers, 'publisher', id, ofPublisher),
    genres: () => TE.fromIO(() => [...tables.genres.all()].sort(byName).map(ofGenre)),
    genre: id => one(tables.genres, 'genre', id, ofGenre),
  }
}

const one = <Key extends number, Row, Shown>(
  table: Pick<Table<Key, Row>, 'find'>,
  resource: Resource,
  id: Key,
  show: (row: Row) => Shown,
): TaskEither<NotFound, Shown> =>
  TE.fromIOEither(() => {
    const row = table.find(id)
    return row === undefined ? E.left(notFound(resource, id)) : E.right(show(row))
  })

const counted =
  ({ books }: Tables, index: 'author' | 'publisher' | 'genre') =>
  <Row extends { readonly id: number }>(row: Row): Row & { readonly bookCount: number } => ({
    ...row,
    bookCount: books.where(index, row.id).length,
  })

const byName = (a: Genre, b: Genre): number =>
  compareSorted(fold(a.details.name), fold(b.details.name), 'asc') || a.id - b.id

const bookKeys = once(({ title, subtitle }: BookDetails) => ({
  title: fold(title),
  subtitle: foldIfAny(subtitle),
}))

const authorKeys = once((details: AuthorDetails) => ({
  name: fold(authorName(details)),
  sorted: fold(`${details.lastName} ${details.firstName}`),
}))

const foldIfAny = (text: string | null): string | null => (text === null ? null : fold(text))

const holdingsOf = ({ holdings }: Tables, id: BookId): Holdings => holdings.find(id)?.holdings ?? noHoldings

const recordOf = (tables: Tables, book: Book): BookRecord => {
  const { authorIds, publisherId, genreId } = book.details
  return {
    book,
    authors: authorIds.map(id => ({ id, name: authorName(tables.authors.get(id).details) })),
    publisher:
      publisherId === null
        ? null
        : { id: publisherId, name: tables.publishers.get(publisherId).details.name },
    genre: genreId === null ? null : { id: genreId, name: tables.genres.get(genreId).details.name },
    holdings: holdingsOf(tables, book.id),
  }
}

/** By the name of the branch; withdrawn copies stand nowhere. */
const availability = ({ copies, branches }: Tables, id: BookId): readonly BranchAvailability[] => {
  const standing = copies.where('book', id).filter(({ status }) => status !== 'withdrawn')
  return [...new Set(standing.map(({ branchId }) => branchId))]
    .map(branchId => {
      const here = standing.filter(copy => copy.branchId === branchId)
      return {
        branchId,
        branchName: branches.get(branchId).details.name,
        totalCopies: here.length,
        availableCopies: here.filter(({ status }) => status === 'available').length,
      }
    })
    .sort((a, b) => compareSorted(fold(a.branchName), fold(b.branchName), 'asc') || a.branchId - b.branchId)
}

/** A condition that was not asked for lets every book pass. */
const conditions = (tables: Tables, filter: BookFilter): readonly ((book: Book) => boolean)[] => {
  const { authorId, publisherId, isbn13, yearFrom, yearTo, available, language, words } = filter
  const genres = filter.genreId === undefined ? null : genreAndBelow(tables, filter.genreId)
  const there = filter.branchId === undefined ? null : booksAt(tables, filter.branchId)
  const isFree = available === undefined ? null : freeBooks(tables, filter.branchId)
  return [
    ({ id }) => filter.ids === undefined || filter.ids.includes(id),
    ({ details }) => genres === null || (details.genreId !== null && genres.has(details.genreId)),
    ({ details }) => authorId === undefined || details.authorIds.includes(authorId),
    ({ details }) => publisherId === undefined || details.publisherId === publisherId,
    ({ details }) => isbn13 === undefined || details.isbn13 === isbn13,
    ({ details }) => yearFrom === undefined || (details.publicationYear ?? -Infinity) >= yearFrom,
    ({ details }) => yearTo === undefined || (details.publicationYear ?? Infinity) <= yearTo,
    ({ details }) => language === undefined || isIn(details.language, language),
    ({ id }) => there === null || there.has(id),
    ({ id }) => isFree === null || isFree(id) === available,
    book => words === undefined || occur(words, searchedTexts(tables, book)),
  ]
}

/** `pt-BR` is in `pt`. */
const isIn = (written: string | null, language: string): boolean =>
  written === language || written?.startsWith(`${language}-`) === true

const booksAt = ({ copies }: Tables, branchId: BranchId): ReadonlySet<BookId> =>
  new Set(
    copies
      .where('branch', branchId)
      .filter(({ status }) => status !== 'withdrawn')
      .map(({ bookId }) => bookId),
  )

const freeBooks = (tables: Tables, branchId: BookFilter['branchId']): ((id: BookId) => boolean) => {
  if (branchId === undefined) return id => holdingsOf(tables, id).available > 0
  const free = new Set(
    tables.copies
      .where('branch', branchId)
      .filter(({ status }) => status === 'available')
      .map(({ bookId }) => bookId),
  )
  return id => free.has(id)
}

const searchedTexts = ({ authors }: Tables, { details }: Book): readonly string[] => {
  const { title, subtitle } = bookKeys(details)
  return [title, subtitle ?? '', ...details.authorIds.map(id => authorKeys(authors.get(id).details).name)]
}

/** A genre with all that lie below it. */
export const genreAndBelow = ({ genres }: Tables, top: GenreId): ReadonlySet<GenreId> => {
  const below = new Set([top])
  for (const id of below) for (const child of genres.where('parent', id)) below.add(child.id)
  return below
}

const bookSorting = (tables: Tables): SortValues<Book, BookSort> => ({
  id: ({ id }) => id,
  title: ({ details }) => bookKeys(details).title,
  subtitle: ({ details }) => bookKeys(details).subtitle,
  author_id: ({ details }) => details.authorIds[0] ?? null,
  author: ({ details: { authorIds } }) =>
    authorIds[0] === undefined ? null : authorKeys(tables.authors.get(authorIds[0]).details).sorted,
  isbn_13: ({ details }) => details.isbn13,
  isbn_10: ({ details }) => details.isbn10,
  publication_year: ({ details }) => details.publicationYear,
  publication_date: ({ details }) => details.publicationDate,
  edition: ({ details }) => foldIfAny(details.edition),
  min_age: ({ details }) => details.minAge,
  publisher_id: ({ details }) => details.publisherId,
  genre_id: ({ details }) => details.genreId,
  language: ({ details }) => details.language,
  pages: ({ details }) => details.pages,
  dewey_decimal: ({ details }) => details.deweyDecimal,
  availability_status: ({ id }) => availabilityOf(holdingsOf(tables, id)),
  total_copies: ({ id }) => holdingsOf(tables, id).total,
  available_copies: ({ id }) => holdingsOf(tables, id).available,
  digital_copies: ({ details }) => details.digitalCopies,
  created_at: ({ createdAt }) => createdAt,
  updated_at: ({ updatedAt }) => updatedAt,
})

const authorSorting: SortValues<Author, AuthorSort> = {
  id: ({ id }) => id,
  name: ({ details }) => authorKeys(details).sorted,
  last_name: ({ details }) => fold(details.lastName),
  first_name: ({ details }) => fold(details.firstName),
  birth_date: ({ details }) => details.birthDate,
  death_date: ({ details }) => details.deathDate,
  nationality: ({ details }) => foldIfAny(details.nationality),
  created_at: ({ createdAt }) => createdAt,
}

const publisherSorting: SortValues<Publisher, PublisherSort> = {
  id: ({ id }) => id,
  name: ({ details }) => fold(details.name),
  city: ({ details }) => foldIfAny(details.city),
  country: ({ details }) => foldIfAny(details.country),
  founded_year: ({ details }) => details.foundedYear,
  created_at: ({ createdAt }) => createdAt,
}
