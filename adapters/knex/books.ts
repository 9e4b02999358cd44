/** The tables `books`, `book_authors`, `subjects` and `book_subjects`: a book and what belongs to it alone. */
import type { BookDetails, LikenessKey } from '../../core/catalogue/book.ts'
import type { Books } from '../../core/catalogue/ports.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { AuthorId, BookId, GenreId, PublisherId } from '../../core/shared/id.ts'
import type { Day } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { fold } from '../../core/shared/text.ts'
import type { DuplicateKey } from '../../core/shared/unit-of-work.ts'
import { sortKey, toInstant } from './columns.ts'
import type { Tables } from './connection.ts'
import { sql, unique } from './failures.ts'
import { insertMany } from './insert-many.ts'
import { toRecord } from './records.ts'
import type { RecordRow } from './records.ts'
import { locking } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'
import { saveOver } from './versioned.ts'

export interface BookRow extends RecordRow {
  readonly title: string
  readonly subtitle: string | null
  readonly author_id: AuthorId
  readonly isbn_13: string | null
  readonly isbn_10: string | null
  readonly publication_year: number | null
  readonly publication_date: Day | null
  readonly edition: string | null
  readonly min_age: number | null
  readonly publisher_id: PublisherId | null
  readonly genre_id: GenreId | null
  readonly language: string | null
  readonly pages: number | null
  readonly description: string | null
  readonly dewey_decimal: string | null
  readonly total_copies: number
  readonly available_copies: number
  readonly circulating_copies: number
  readonly digital_copies: number
  readonly cover_image_url: string | null
}

/** What stands in other tables: authors and subjects in order. */
export interface BookParts {
  readonly authorIds: readonly AuthorId[]
  readonly subjects: readonly string[]
}

export const toBookRow = (details: BookDetails) => ({
  title: details.title,
  title_sort: fold(details.title),
  subtitle: details.subtitle,
  subtitle_sort: sortKey(details.subtitle),
  author_id: details.authorIds[0],
  isbn_13: details.isbn13,
  isbn_10: details.isbn10,
  publication_year: details.publicationYear,
  publication_date: details.publicationDate,
  edition: details.edition,
  edition_sort: sortKey(details.edition),
  min_age: details.minAge,
  publisher_id: details.publisherId,
  genre_id: details.genreId,
  language: details.language,
  pages: details.pages,
  description: details.description,
  dewey_decimal: details.deweyDecimal,
  digital_copies: details.digitalCopies,
  cover_image_url: details.coverImageUrl,
})

export const fromBookRow =
  ({ authorIds, subjects }: BookParts) =>
  (row: BookRow): BookDetails => ({
    title: row.title,
    subtitle: row.subtitle,
    authorIds,
    isbn13: row.isbn_13,
    isbn10: row.isbn_10,
    publicationYear: row.publication_year,
    publicationDate: row.publication_date,
    edition: row.edition,
    minAge: row.min_age,
    publisherId: row.publisher_id,
    genreId: row.genre_id,
    language: row.language,
    pages: row.pages,
    description: row.description,
    deweyDecimal: row.dewey_decimal,
    digitalCopies: row.digital_copies,
    coverImageUrl: row.cover_image_url,
    subjects,
  })

const noParts: BookParts = { authorIds: [], subjects: [] }

/** The parts of several books in two statements. */
export const partsOf = async (
  knex: Tables,
  bookIds: readonly number[],
): Promise<(bookId: number) => BookParts> => {
  const authors = await knex('book_authors')
    .whereIn('book_id', [...bookIds])
    .orderBy(['book_id', 'position'])
    .select<{ book_id: number; author_id: AuthorId }[]>('book_id', 'author_id')
  const subjects = await knex('book_subjects')
    .join('subjects', 'subjects.id', 'book_subjects.subject_id')
    .whereIn('book_id', [...bookIds])
    .orderBy(['book_id', 'position'])
    .select<{ book_id: number; name: string }[]>('book_id', 'name')
  const parts = new Map<number, { authorIds: AuthorId[]; subjects: string[] }>(
    bookIds.map(bookId => [bookId, { authorIds: [], subjects: [] }]),
  )
  for (const { book_id, author_id } of authors) parts.get(book_id)?.authorIds.push(author_id)
  for (const { book_id, name } of subjects) parts.get(book_id)?.subjects.push(name)
  return bookId => parts.get(bookId) ?? noParts
}

/** Writes authors and subjects of new books; several books at once. */
export const addParts = async (
  { knex, now }: Pick<Transaction, 'knex' | 'now'>,
  books: readonly { readonly bookId: number; readonly parts: BookParts }[],
): Promise<void> => {
  const authors = books.flatMap(({ bookId, parts }) =>
    [...new Set(parts.authorIds)].map((author_id, index) => ({
      book_id: bookId,
      author_id,
      position: index + 1,
    })),
  )
  await insertMany(knex, 'book_authors', authors)
  const names = new Map(books.flatMap(({ parts }) => parts.subjects.map(name => [fold(name), name] as const)))
  if (names.size === 0) return
  await knex('subjects')
    .insert(
      [...names].map(([name_sort, name]) => ({
        name,
        name_sort,
        scheme: 'local',
        created_at: now(),
        updated_at: now(),
      })),
    )
    .onConflict(['scheme', 'name_sort'])
    .ignore()
  const known = await knex('subjects')
    .where({ scheme: 'local' })
    .whereIn('name_sort', [...names.keys()])
    .select<{ id: number; name_sort: string }[]>('id', 'name_sort')
  const ids = new Map(known.map(subject => [subject.name_sort, subject.id]))
  const headings = books.flatMap(({ bookId, parts }) =>
    [...new Set(parts.subjects.map(fold))].map((key, index) => ({
      book_id: bookId,
      subject_id: ids.get(key),
      position: index + 1,
    })),
  )
  await insertMany(knex, 'book_subjects', headings)
}

const fewColumns = ['id', 'isbn_13'] as const

export const books = (transaction: Transaction): Books => {
  const { knex, now } = transaction
  const living = () => knex('books').whereNull('deleted_at')

  const withParts = (rows: readonly BookRow[]) =>
    sql(async () => {
      const parts = await partsOf(
        knex,
        rows.map(row => row.id),
      )
      return rows.map(row =>
        toRecord<BookId, BookRow, BookDetails>({ fromRow: fromBookRow(parts(row.id)) }, row),
      )
    })

  const replaceParts = (bookId: BookId, details: BookDetails) =>
    sql(async () => {
      await knex('book_authors').where({ book_id: bookId }).del()
      await knex('book_subjects').where({ book_id: bookId }).del()
      await addParts(transaction, [{ bookId, parts: details }])
    })

  return {
    get: key =>
      pipe(
        sql(() => locking(transaction, living().where({ id: key })).select<BookRow[]>('*')),
        TE.flatMap(withParts),
        TE.flatMap(([book]) => (book === undefined ? TE.left(notFound('book', key)) : TE.right(book))),
      ),
    known: keys =>
      pipe(
        sql(() =>
          living()
            .whereIn('id', [...keys])
            .select<BookRow[]>('*'),
        ),
        TE.flatMap(withParts),
      ),
    add: details =>
      pipe(
        unique(() =>
          knex('books')
            .insert({
              ...toBookRow(details),
              availability_status: 'unavailable',
              version: 1,
              created_at: now(),
              updated_at: now(),
            })
            .returning<BookRow[]>('*'),
        ),
        TE.flatMap(([row]): TaskEither<DuplicateKey, BookRow> => TE.right(row as BookRow)),
        TE.tap(row => sql(() => addParts(transaction, [{ bookId: row.id, parts: details }]))),
        TE.map(row => toRecord<BookId, BookRow, BookDetails>({ fromRow: fromBookRow(details) }, row)),
      ),
    save: book =>
      pipe(
        saveOver(transaction, 'books', 'book', book, toBookRow(book.details)),
        TE.tap(() => replaceParts(book.id, book.details)),
        TE.map(version => ({ ...book, version, updatedAt: toInstant(now()) })),
      ),
    // Soft: loans keep pointing to it. What was read of it before is stale.
    remove: key =>
      sql(() =>
        living()
          .where({ id: key })
          .update({ deleted_at: now(), version: knex.raw('version + 1'), updated_at: now() })
          .then(() => undefined),
      ),
    dependents: key =>
      sql(async () => {
        const out = await knex('borrowings')
          .where({ book_id: key })
          .whereNull('return_date')
          .count<{ n: number | string }[]>({ n: '*' })
        const waiting = await knex('reservations')
          .where({ book_id: key })
          .whereIn('status', ['waiting', 'suspended', 'in_transit', 'ready'])
          .count<{ n: number | string }[]>({ n: '*' })
        const counts = { borrowings: Number(out[0]?.n ?? 0), reservations: Number(waiting[0]?.n ?? 0) }
        return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
      }),
    withIsbn: isbns =>
      sql(async () => {
        const rows = await living()
          .whereIn('isbn_13', [...isbns])
          .orderBy('id')
          .select<{ id: number; isbn_13: string }[]>(...fewColumns)
        return rows.map(row => ({ id: id(row.id), isbn13: row.isbn_13 }))
      }),
    alike: keys =>
      sql(async () => {
        const wanted = new Map(keys.map(key => [likeness(key), key]))
        const rows = await living()
          .whereIn('title_sort', [...new Set(keys.map(({ titleKey }) => titleKey))])
          .orderBy('id')
          .select<{ id: number; title_sort: string; author_id: AuthorId; publication_year: number | null }[]>(
            'id',
            'title_sort',
            'author_id',
            'publication_year',
          )
        return rows.flatMap(row => {
          const key = { titleKey: row.title_sort, authorId: row.author_id, year: row.publication_year }
          return wanted.has(likeness(key)) ? [{ id: id<'book'>(row.id), key }] : []
        })
      }),
  }
}

const likeness = ({ titleKey, authorId, year }: LikenessKey): string =>
  `${String(authorId)} ${String(year)} ${titleKey}`
