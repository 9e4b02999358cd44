/** A book: a title as the catalogue describes it. Its copies are circulation's. */
import { E } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import type { AuthorId, BookId, GenreId, PublisherId } from '../shared/id.ts'
import type { Day } from '../shared/local-time.ts'
import type { Recorded } from '../shared/records.ts'
import { invalidInput } from '../shared/refusal.ts'
import type { InvalidInput } from '../shared/refusal.ts'
import { fold } from '../shared/text.ts'

export interface BookDetails {
  readonly title: string
  readonly subtitle: string | null
  /** In the order of the title page, at least one; the first is the API's `author_id`. */
  readonly authorIds: readonly AuthorId[]
  /** Without hyphens; both forms of one number, or both null, or the long one of a 979-… alone. */
  readonly isbn13: string | null
  readonly isbn10: string | null
  /** Negative before Christ; there is no year 0. */
  readonly publicationYear: number | null
  /** Agrees with the year. */
  readonly publicationDate: Day | null
  readonly edition: string | null
  /** In years. */
  readonly minAge: number | null
  readonly publisherId: PublisherId | null
  readonly genreId: GenreId | null
  /** BCP 47, as `en` or `pt-BR`. */
  readonly language: string | null
  readonly pages: number | null
  readonly description: string | null
  readonly deweyDecimal: string | null
  readonly digitalCopies: number
  readonly coverImageUrl: string | null
  /** Headings, each once. */
  readonly subjects: readonly string[]
}

export type Book = Recorded<BookId, BookDetails>

/** A book of which nothing but title and authors is known. */
export const unsaidOfBook: Omit<BookDetails, 'title' | 'authorIds'> = {
  subtitle: null,
  isbn13: null,
  isbn10: null,
  publicationYear: null,
  publicationDate: null,
  edition: null,
  minAge: null,
  publisherId: null,
  genreId: null,
  language: null,
  pages: null,
  description: null,
  deweyDecimal: null,
  digitalCopies: 0,
  coverImageUrl: null,
  subjects: [],
}

/** Two books of one key are probably the same one (CAT-5): the title folded, its first author, its year. */
export interface LikenessKey {
  /** As `fold` gives it. */
  readonly titleKey: string
  readonly authorId: AuthorId
  readonly year: number | null
}

/** null for a book without an author: such a one is like no other. */
export const likenessOf = ({ title, authorIds, publicationYear }: BookDetails): LikenessKey | null => {
  const [authorId] = authorIds
  return authorId === undefined ? null : { titleKey: fold(title), authorId, year: publicationYear }
}

/** What must fit together beyond the form of each field; authors and subjects each once. */
export const fitting = (details: BookDetails): Either<InvalidInput, BookDetails> => {
  const { publicationYear, publicationDate } = details
  if (publicationYear === 0) {
    return E.left(invalidInput('publication_year', 'OUT_OF_RANGE', 'There is no year 0; 1 BC is -1'))
  }
  return publicationDate !== null &&
    publicationYear !== null &&
    Number(publicationDate.slice(0, 4)) !== publicationYear
    ? E.left(
        invalidInput(
          'publication_date',
          'DISAGREES',
          'The publication date must lie in the publication year',
        ),
      )
    : E.right({
        ...details,
        authorIds: [...new Set(details.authorIds)],
        subjects: eachOnce(details.subjects),
      })
}

/** Headings that differ in case or accents alone are one; the first form of them stays, where it stands. */
const eachOnce = (subjects: readonly string[]): readonly string[] => {
  const keys = subjects.map(fold)
  return subjects.filter((subject, at) => keys.indexOf(fold(subject)) === at)
}
