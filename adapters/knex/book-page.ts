/** One book with all that its page shows: four prepared statements, asked for together (ADR 20). */
import { authorName } from '../../core/catalogue/author.ts'
import type { BookDetails } from '../../core/catalogue/book.ts'
import type { BookRecord, BranchAvailability } from '../../core/catalogue/ports.ts'
import type { AuthorId, BookId, BranchId } from '../../core/shared/id.ts'
import { fromBookRow } from './books.ts'
import type { BookRow } from './books.ts'
import type { Database } from './database.ts'
import { toRecord } from './records.ts'
import { statement } from './statement.ts'

export type ShownBookRow = BookRow & {
  readonly publisher_name: string | null
  readonly genre_name: string | null
}

/** Those of the table but for the keys that lists are sorted and searched by. */
export const shownColumns = [
  ...[
    ...['id', 'version', 'created_at', 'updated_at', 'title', 'subtitle', 'author_id', 'isbn_13', 'isbn_10'],
    ...['publication_year', 'publication_date', 'edition', 'min_age', 'publisher_id', 'genre_id', 'language'],
    ...['pages', 'description', 'dewey_decimal', 'total_copies', 'available_copies', 'circulating_copies'],
    ...['digital_copies', 'cover_image_url'],
  ].map(column => `books.${column}`),
  'publishers.name as publisher_name',
  'genres.name as genre_name',
]

interface AuthorOfBook {
  readonly id: AuthorId
  readonly first_name: string
  readonly last_name: string
}

interface CopiesOfBranch {
  readonly id: BranchId
  readonly name: string
  /** A count is text in Postgres, a number in SQLite. */
  readonly total: number | string
  readonly available: number | string
}

interface One {
  readonly id: BookId
}

const livingBook = statement<ShownBookRow, One>((tables, { id }) =>
  tables('books')
    .leftJoin('publishers', 'publishers.id', 'books.publisher_id')
    .leftJoin('genres', 'genres.id', 'books.genre_id')
    .where({ 'books.id': id })
    .whereNull('books.deleted_at')
    .select(...shownColumns),
)

const authorsOfBook = statement<AuthorOfBook, One>((tables, { id }) =>
  tables('book_authors')
    .join('authors', 'authors.id', 'book_authors.author_id')
    .where({ book_id: id })
    .orderBy('position')
    .select('authors.id', 'authors.first_name', 'authors.last_name'),
)

const subjectsOfBook = statement<{ name: string }, One>((tables, { id }) =>
  tables('book_subjects')
    .join('subjects', 'subjects.id', 'book_subjects.subject_id')
    .where({ book_id: id })
    .orderBy('position')
    .select('name'),
)

const copiesByBranch = statement<CopiesOfBranch, One>((tables, { id }) =>
  tables('book_copies')
    .join('library_branches', 'library_branches.id', 'book_copies.branch_id')
    .where({ book_id: id })
    .whereNull('book_copies.deleted_at')
    .whereNot({ status: 'withdrawn' })
    .groupBy('library_branches.id', 'library_branches.name', 'library_branches.name_sort')
    .orderBy(['library_branches.name_sort', 'library_branches.id'])
    .select(
      'library_branches.id',
      'library_branches.name',
      tables.raw('count(*) as total'),
      tables.raw('sum(case when status = ? then 1 else 0 end) as available', ['available']),
    ),
)

/** @returns undefined where there is no such book, or it was deleted */
export const bookPage = async (
  { reading }: Database,
  id: BookId,
): Promise<(BookRecord & { readonly availability: readonly BranchAvailability[] }) | undefined> => {
  const [[row], authors, subjects, copies] = await reading(rows =>
    Promise.all([
      rows(livingBook, { id }),
      rows(authorsOfBook, { id }),
      rows(subjectsOfBook, { id }),
      rows(copiesByBranch, { id }),
    ]),
  )
  if (row === undefined) return undefined
  const named = authors.map(author => ({
    id: author.id,
    name: authorName({ firstName: author.first_name, lastName: author.last_name }),
  }))
  const parts = { authorIds: authors.map(author => author.id), subjects: subjects.map(({ name }) => name) }
  return {
    availability: copies.map(branch => ({
      branchId: branch.id,
      branchName: branch.name,
      totalCopies: Number(branch.total),
      availableCopies: Number(branch.available),
    })),
    ...shownBook(row, parts, named),
  }
}

/** A book as lists and its page show it. */
export const shownBook = (
  row: ShownBookRow,
  parts: Parameters<typeof fromBookRow>[0],
  authors: BookRecord['authors'],
): BookRecord => ({
  book: toRecord<BookId, BookRow, BookDetails>({ fromRow: fromBookRow(parts) }, row),
  authors,
  publisher:
    row.publisher_id === null || row.publisher_name === null
      ? null
      : { id: row.publisher_id, name: row.publisher_name },
  genre: row.genre_id === null || row.genre_name === null ? null : { id: row.genre_id, name: row.genre_name },
  holdings: {
    total: row.total_copies,
    available: row.available_copies,
    circulating: row.circulating_copies,
  },
})
