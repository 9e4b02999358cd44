/** What books are listed by: filters and orders. */
import type { BookFilter, BookSort } from '../../../core/catalogue/ports.ts'
import { E, pipe } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import type { Fault } from '../../../core/shared/refusal.ts'
import { described } from '../codecs/codec.ts'
import { isbn } from '../codecs/codes.ts'
import { language } from '../codecs/contact.ts'
import { queryFlag, queryInteger, queryKey } from '../codecs/numbers.ts'
import { fitting } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { search } from '../codecs/text.ts'
import type { Sorts } from '../cursor.ts'
import { names } from '../fields.ts'
import { given } from '../given.ts'
import { listQuery, wordsOf } from '../list.ts'
import { BookView, includable } from './book-view.ts'

const sorts: Sorts<BookSort> = {
  id: 'id',
  title: 'text',
  subtitle: 'text',
  author_id: 'id',
  author: 'text',
  isbn_13: 'text',
  isbn_10: 'text',
  publication_year: 'number',
  publication_date: 'day',
  edition: 'text',
  min_age: 'number',
  publisher_id: 'id',
  genre_id: 'id',
  language: 'text',
  pages: 'number',
  dewey_decimal: 'text',
  availability_status: 'text',
  total_copies: 'number',
  available_copies: 'number',
  digital_copies: 'number',
  created_at: 'instant',
  updated_at: 'instant',
}

const year = queryInteger(-9999, 9999)
export const include = described(
  'What to embed whole, instead of its name or id alone.',
  names(includable, 'UNKNOWN_VALUE'),
)

const filters = {
  genre_id: described('In this genre.', queryKey<'genre'>()),
  author_id: described('By this author.', queryKey<'author'>()),
  publisher_id: described('Of this publisher.', queryKey<'publisher'>()),
  branch_id: described('At this branch.', queryKey<'branch'>()),
  isbn: described('With this ISBN, of either length.', isbn),
  year: described('Published in this year; not with the two below.', year),
  year_from: described('Published in this year or later.', year),
  year_to: described('Published in this year or earlier.', year),
  available: described('Of which a copy is free, or none is.', queryFlag),
  language: described('In this language.', language),
  q: described('Words, each of which occurs in title, subtitle or an author’s name.', search),
  include,
}

export const bookList = fitting(
  listQuery({
    sorts,
    standard: { field: 'title', direction: 'asc' },
    shape: BookView,
    filters,
  }),
  listing =>
    pipe(
      yearsFit(listing.filters),
      E.map(() => listing),
    ),
)

type Filters = Some<typeof filters>

const yearsFit = ({ year, year_from, year_to }: Filters): Either<readonly Fault[], void> => {
  if (year !== undefined && (year_from !== undefined || year_to !== undefined)) {
    return E.left([{ field: 'year', code: 'EXCLUSIVE', message: 'It goes without year_from and year_to' }])
  }
  return year_from !== undefined && year_to !== undefined && year_from > year_to
    ? E.left([{ field: 'year_to', code: 'OUT_OF_RANGE', message: 'It must not lie before year_from' }])
    : E.right(undefined)
}

export const filterOf = (asked: Filters): BookFilter =>
  given<BookFilter>({
    genreId: asked.genre_id,
    authorId: asked.author_id,
    publisherId: asked.publisher_id,
    branchId: asked.branch_id,
    isbn13: asked.isbn?.isbn13,
    yearFrom: asked.year ?? asked.year_from,
    yearTo: asked.year ?? asked.year_to,
    available: asked.available,
    language: asked.language,
    ...wordsOf(asked),
  })
