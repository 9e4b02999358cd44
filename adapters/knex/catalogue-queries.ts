/** The catalogue as it is shown. */
import type { Knex } from 'knex'
import { authorName } from '../../core/catalogue/author.ts'
import type { Author } from '../../core/catalogue/author.ts'
import type {
  AuthorSort,
  BookFilter,
  BookRecord,
  BookSort,
  CatalogueQueries,
  PublisherSort,
  WithBooks,
} from '../../core/catalogue/ports.ts'
import type { Publisher } from '../../core/catalogue/publisher.ts'
import { E } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { AuthorId, BranchId, GenreId } from '../../core/shared/id.ts'
import type { Recorded } from '../../core/shared/records.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { NotFound, Resource } from '../../core/shared/refusal.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'
import { authorTable } from './authors.ts'
import type { AuthorRow } from './authors.ts'
import { bookPage, shownBook, shownColumns } from './book-page.ts'
import type { ShownBookRow } from './book-page.ts'
import { partsOf } from './books.ts'
import type { Database } from './database.ts'
import { query, sql } from './failures.ts'
import { genreTable } from './genres.ts'
import type { GenreRow } from './genres.ts'
import { always, matchWords, nullable, pageOf } from './page.ts'
import type { SortColumn } from './page.ts'
import { publisherTable } from './publishers.ts'
import type { PublisherRow } from './publishers.ts'
import { toRecord } from './records.ts'
import type { RecordRow, RecordTable } from './records.ts'

const bookSort: Readonly<Record<BookSort, SortColumn>> = {
  id: always('books.id', 'integer'),
  title: always('books.title_sort', 'text'),
  subtitle: nullable('books.subtitle_sort', 'text'),
  author_id: always('books.author_id', 'integer'),
  author: always('first_author.name_sort', 'text'),
  isbn_13: nullable('books.isbn_13', 'text'),
  isbn_10: nullable('books.isbn_10', 'text'),
  publication_year: nullable('books.publication_year', 'integer'),
  publication_date: nullable('books.publication_date', 'day'),
  edition: nullable('books.edition_sort', 'text'),
  min_age: nullable('books.min_age', 'integer'),
  publisher_id: nullable('books.publisher_id', 'integer'),
  genre_id: nullable('books.genre_id', 'integer'),
  language: nullable('books.language', 'text'),
  pages: nullable('books.pages', 'integer'),
  dewey_decimal: nullable('books.dewey_decimal', 'text'),
  availability_status: always('books.availability_status', 'text'),
  total_copies: always('books.total_copies', 'integer'),
  available_copies: always('books.available_copies', 'integer'),
  digital_copies: always('books.digital_copies', 'integer'),
  created_at: always('books.created_at', 'instant'),
  updated_at: always('books.updated_at', 'instant'),
}

const authorSort: Readonly<Record<AuthorSort, SortColumn>> = {
  id: always('authors.id', 'integer'),
  name: always('authors.name_sort', 'text'),
  last_name: always('authors.last_name_sort', 'text'),
  first_name: always('authors.first_name_sort', 'text'),
  birth_date: nullable('authors.birth_date', 'day'),
  death_date: nullable('authors.death_date', 'day'),
  nationality: nullable('authors.nationality_sort', 'text'),
  created_at: always('authors.created_at', 'instant'),
}

const publisherSort: Readonly<Record<PublisherSort, SortColumn>> = {
  id: always('publishers.id', 'integer'),
  name: always('publishers.name_sort', 'text'),
  city: nullable('publishers.city_sort', 'text'),
  country: nullable('publishers.country_sort', 'text'),
  founded_year: nullable('publishers.founded_year', 'integer'),
  created_at: always('publishers.created_at', 'instant'),
}

export const catalogueQueries = (db: Database): CatalogueQueries => {
  const { read } = db
  const livingBooks = () => read('books').whereNull('books.deleted_at')

  const withNames = (books: Knex.QueryBuilder): Knex.QueryBuilder =>
    books
      .leftJoin('publishers', 'publishers.id', 'books.publisher_id')
      .leftJoin('genres', 'genres.id', 'books.genre_id')

  const described = async (rows: readonly ShownBookRow[]): Promise<BookRecord[]> => {
    const parts = await partsOf(
      read,
      rows.map(row => row.id),
    )
    const authorIds = [...new Set(rows.flatMap(row => parts(row.id).authorIds))]
    const authors = await read('authors')
      .whereIn('id', authorIds)
      .select<{ id: AuthorId; first_name: string; last_name: string }[]>('id', 'first_name', 'last_name')
    const names = new Map(
      authors.map(row => [row.id, authorName({ firstName: row.first_name, lastName: row.last_name })]),
    )
    return rows.map(row =>
      shownBook(
        row,
        parts(row.id),
        parts(row.id).authorIds.map(id => ({ id, name: names.get(id) ?? '' })),
      ),
    )
  }

  const bookCounts = async (ids: readonly number[], counted: () => Knex.QueryBuilder, column: string) => {
    const rows = (await counted()
      .whereIn(column, [...ids])
      .groupBy(column)
      .select({ id: column })
      .count({ n: '*' })) as unknown as { id: number; n: number | string }[]
    return new Map(rows.map(row => [row.id, Number(row.n)]))
  }

  const byAuthor = () =>
    read('book_authors').join('books', 'books.id', 'book_authors.book_id').whereNull('books.deleted_at')

  const counting = async <Key extends number, Row extends RecordRow, Details>(
    rows: readonly Row[],
    table: RecordTable<Row, Details>,
    counted: () => Knex.QueryBuilder,
    column: string,
  ): Promise<WithBooks<Recorded<Key, Details>>[]> => {
    const counts = await bookCounts(
      rows.map(row => row.id),
      counted,
      column,
    )
    return rows.map(row => ({
      bookCount: counts.get(row.id) ?? 0,
      ...toRecord<Key, Row, Details>(table, row),
    }))
  }

  const one = <Key extends number, Row extends RecordRow, Details>(
    key: Key,
    table: RecordTable<Row, Details>,
    counted: () => Knex.QueryBuilder,
    column: string,
  ): TaskEither<NotFound | StoreFailure, WithBooks<Recorded<Key, Details>>> =>
    found(table.resource, key, async () => {
      const rows = (await read(table.table).where({ id: key }).select('*')) as Row[]
      return (await counting<Key, Row, Details>(rows, table, counted, column))[0]
    })

  return {
    books: (filter, page) =>
      query(
        sql(async () => {
          const matching = livingBooks()
          applyBookFilter(read, matching, filter)
          if (page.sort.some(({ field }) => field === 'author')) {
            void matching.join({ first_author: 'authors' }, 'first_author.id', 'books.author_id')
          }
          const { rows, ...rest } = await pageOf<ShownBookRow, BookSort>(
            { matching: withNames(matching), columns: bookSort, id: 'books.id', select: shownColumns },
            page,
          )
          return { ...rest, rows: await described(rows) }
        }),
      ),
    book: id => found('book', id, () => bookPage(db, id)),
    authors: ({ words = [] }, page) =>
      query(
        sql(async () => {
          const matching = read('authors')
          matchWords(matching, ['authors.name_key'], words)
          const { rows, ...rest } = await pageOf<AuthorRow, AuthorSort>(
            { matching, columns: authorSort, id: 'authors.id', select: ['authors.*'] },
            page,
          )
          const shown = await counting(rows, authorTable, byAuthor, 'book_authors.author_id')
          return { ...rest, rows: shown as WithBooks<Author>[] }
        }),
      ),
    author: id => one(id, authorTable, byAuthor, 'book_authors.author_id'),
    publishers: ({ words = [] }, page) =>
      query(
        sql(async () => {
          const matching = read('publishers')
          matchWords(matching, ['publishers.name_sort'], words)
          const { rows, ...rest } = await pageOf<PublisherRow, PublisherSort>(
            { matching, columns: publisherSort, id: 'publishers.id', select: ['publishers.*'] },
            page,
          )
          const shown = await counting(rows, publisherTable, livingBooks, 'books.publisher_id')
          return { ...rest, rows: shown as WithBooks<Publisher>[] }
        }),
      ),
    publisher: id => one(id, publisherTable, livingBooks, 'books.publisher_id'),
    genres: () =>
      query(
        sql(async () => {
          const rows = await read('genres').orderBy(['name_sort', 'id']).select<GenreRow[]>('*')
          return await counting(rows, genreTable, livingBooks, 'books.genre_id')
        }),
      ),
    genre: id => one(id, genreTable, livingBooks, 'books.genre_id'),
  }
}

/** One thing, or that there is none. */
export const found = <A>(
  resource: Resource,
  key: number,
  find: () => Promise<A | undefined>,
): TaskEither<NotFound | StoreFailure, A> =>
  query(async () => {
    const thing = await find()
    return thing === undefined ? E.left(notFound(resource, key)) : E.right(thing)
  })

const applyBookFilter = (read: Knex, books: Knex.QueryBuilder, filter: BookFilter): void => {
  const { genreId, authorId, publisherId, isbn13, yearFrom, yearTo, available, branchId, language, words } =
    filter
  if (filter.ids !== undefined) void books.whereIn('books.id', [...filter.ids])
  if (genreId !== undefined) void books.whereIn('books.genre_id', genreAndBelow(read, genreId))
  if (authorId !== undefined) {
    void books.whereIn('books.id', read('book_authors').where({ author_id: authorId }).select('book_id'))
  }
  if (publisherId !== undefined) void books.where('books.publisher_id', publisherId)
  if (isbn13 !== undefined) void books.where('books.isbn_13', isbn13)
  if (yearFrom !== undefined) void books.where('books.publication_year', '>=', yearFrom)
  if (yearTo !== undefined) void books.where('books.publication_year', '<=', yearTo)
  if (language !== undefined) {
    void books.where(either => {
      void either.where('books.language', language).orWhere('books.language', 'like', `${language}-%`)
    })
  }
  if (branchId !== undefined) {
    void books.whereIn('books.id', copiesIn(read, branchId).whereNot({ status: 'withdrawn' }))
  }
  if (available !== undefined && branchId === undefined) {
    void books.where('books.available_copies', available ? '>' : '=', 0)
  }
  if (available !== undefined && branchId !== undefined) {
    const free = copiesIn(read, branchId).where({ status: 'available' })
    if (available) void books.whereIn('books.id', free)
    else void books.whereNotIn('books.id', free)
  }
  for (const word of words ?? []) void books.whereIn('books.id', withWord(read, word))
}

/** A set of its own for each word: beside an `or`, Postgres would look the authors up anew for every book. */
const withWord = (read: Knex, word: string): Knex.QueryBuilder => {
  const inTitle = read({ titled: 'books' }).select('titled.id')
  matchWords(inTitle, ['titled.title_sort', 'titled.subtitle_sort'], [word])
  const inAuthor = read('authors')
    .join('book_authors', 'book_authors.author_id', 'authors.id')
    .select('book_authors.book_id')
  matchWords(inAuthor, ['authors.name_key'], [word])
  return inTitle.union(inAuthor)
}

const copiesIn = (read: Knex, branchId: BranchId) =>
  read('book_copies').where({ branch_id: branchId }).whereNull('deleted_at').select('book_id')

/** The ids of a genre and of all below it. */
export const genreAndBelow = (read: Knex, genreId: GenreId) =>
  read
    .withRecursive('below', tree => {
      void tree
        .from('genres')
        .where({ id: genreId })
        .select('id')
        .union(more => {
          void more.from('genres').join('below', 'below.id', 'genres.parent_genre_id').select('genres.id')
        })
    })
    .from('below')
    .select('id')
