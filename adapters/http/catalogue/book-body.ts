/** What a client says of a book, and what the core makes of it. */
import { unsaidOfBook } from '../../../core/catalogue/book.ts'
import type { BookDetails } from '../../../core/catalogue/book.ts'
import type { Isbn } from '../../../core/catalogue/isbn.ts'
import { E, pipe } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import type { AuthorId } from '../../../core/shared/id.ts'
import type { Fault } from '../../../core/shared/refusal.ts'
import { exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { isbn10, isbn13 } from '../codecs/codes.ts'
import { language, webAddress } from '../codecs/contact.ts'
import { integer, key } from '../codecs/numbers.ts'
import { fitting, list, record } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { line, paragraphs } from '../codecs/text.ts'
import { day } from '../codecs/time.ts'
import { given } from '../given.ts'

const optional = {
  subtitle: nullable(line(500)),
  author_id: key<'author'>(),
  author_ids: list(key<'author'>(), { min: 1, max: 50 }),
  isbn_13: nullable(isbn13),
  isbn_10: nullable(isbn10),
  publication_year: nullable(integer(-9999, 9999)),
  publication_date: nullable(day),
  edition: nullable(line(100)),
  min_age: nullable(integer(0, 120)),
  publisher_id: nullable(key<'publisher'>()),
  genre_id: nullable(key<'genre'>()),
  language: nullable(language),
  pages: nullable(integer(1, 100_000)),
  description: nullable(paragraphs(10_000)),
  dewey_decimal: nullable(line(40)),
  digital_copies: integer(0, 1_000_000),
  cover_image_url: nullable(webAddress),
  subjects: list(line(200), { min: 0, max: 100 }),
}
const title = line(500)

type Given = Some<typeof optional & { title: typeof title }>

export const BookChanges: Codec<Partial<BookDetails>> = fitting(
  exampled({ pages: 387, dewey_decimal: '813.54' }, record('BookChanges', {}, { title, ...optional })),
  said => changesOf(said),
)

export const NewBook: Codec<BookDetails> = fitting(
  exampled(
    {
      title: 'The Dispossessed',
      author_id: 7,
      isbn_13: '9780061054884',
      publication_year: 1974,
      language: 'en',
      subjects: ['Anarchism'],
    },
    record('NewBook', { title }, optional),
  ),
  said =>
    pipe(
      changesOf(said),
      E.flatMap((changes): Either<readonly Fault[], BookDetails> =>
        changes.authorIds === undefined
          ? E.left([{ field: 'author_id', code: 'REQUIRED', message: 'It or author_ids must be given' }])
          : E.right({ ...unsaidOfBook, ...changes, title: said.title, authorIds: changes.authorIds }),
      ),
    ),
)

const changesOf = (said: Given): Either<readonly Fault[], Partial<BookDetails>> => {
  const [authors, isbn] = [authorsOf(said), isbnsOf(said)]
  const faults = [authors, isbn].flatMap(part => (E.isLeft(part) ? [part.left] : []))
  if (E.isLeft(authors) || E.isLeft(isbn)) return E.left(faults)
  return E.right({
    ...given<BookDetails>({
      title: said.title,
      subtitle: said.subtitle,
      authorIds: authors.right,
      isbn13: undefined,
      isbn10: undefined,
      publicationYear: said.publication_year,
      publicationDate: said.publication_date,
      edition: said.edition,
      minAge: said.min_age,
      publisherId: said.publisher_id,
      genreId: said.genre_id,
      language: said.language,
      pages: said.pages,
      description: said.description,
      deweyDecimal: said.dewey_decimal,
      digitalCopies: said.digital_copies,
      coverImageUrl: said.cover_image_url,
      subjects: said.subjects === undefined ? undefined : [...new Set(said.subjects)],
    }),
    ...isbn.right,
  })
}

/** `author_id` is the first of `author_ids`; where both are given they must say so. */
const authorsOf = ({ author_id, author_ids }: Given): Either<Fault, readonly AuthorId[] | undefined> => {
  if (author_ids === undefined) return E.right(author_id === undefined ? undefined : [author_id])
  if (new Set(author_ids).size < author_ids.length) {
    return E.left({ field: 'author_ids', code: 'REPEATED', message: 'Each author stands once' })
  }
  return author_id === undefined || author_id === author_ids[0]
    ? E.right(author_ids)
    : E.left({ field: 'author_id', code: 'DISAGREES', message: 'It must be the first of author_ids' })
}

/**
 * Either form gives the other. null for `isbn_13`, or for both, takes the number away; null for `isbn_10` alone says that
 * there is no short form, which is no change.
 */
const isbnsOf = ({
  isbn_13,
  isbn_10,
}: Given): Either<Fault, Partial<Pick<BookDetails, 'isbn13' | 'isbn10'>>> => {
  const number: Isbn | undefined = isbn_13 ?? isbn_10 ?? undefined
  if (number === undefined) return E.right(isbn_13 === null ? { isbn13: null, isbn10: null } : {})
  return isbn_13 && isbn_10 && isbn_13.isbn13 !== isbn_10.isbn13
    ? E.left({ field: 'isbn_10', code: 'DISAGREES', message: 'It is not the short form of isbn_13' })
    : E.right({ isbn13: number.isbn13, isbn10: number.isbn10 })
}
