/** A book as the API shows it. */
import * as t from 'io-ts'
import type { BookRecord, BranchAvailability } from '../../../core/catalogue/ports.ts'
import { availabilityOf } from '../../../core/circulation/title.ts'
import { day, integer, Named, orNull, stamped, stamps, stampsOf, view, withExample } from '../shapes.ts'

export const includable = ['author', 'publisher', 'genre'] as const
export type Included = readonly (typeof includable)[number][]

const shown = {
  id: integer,
  title: t.string,
  subtitle: orNull(t.string),
  author_id: orNull(integer),
  authors: t.array(Named),
  // The first one's name; with ?include=author the author himself.
  author: orNull(t.union([t.string, Named])),
  isbn_13: orNull(t.string),
  isbn_10: orNull(t.string),
  publication_year: orNull(integer),
  publication_date: orNull(day),
  edition: orNull(t.string),
  min_age: orNull(integer),
  publisher_id: orNull(integer),
  genre_id: orNull(integer),
  language: orNull(t.string),
  pages: orNull(integer),
  description: orNull(t.string),
  dewey_decimal: orNull(t.string),
  availability_status: t.keyof({ available: null, on_loan: null, unavailable: null }),
  total_copies: integer,
  available_copies: integer,
  digital_copies: integer,
  cover_image_url: orNull(t.string),
  subjects: t.array(t.string),
  ...stamps,
}

const theDispossessed = {
  id: 12,
  title: 'The Dispossessed',
  subtitle: null,
  author_id: 7,
  authors: [Named.example],
  author: 'Ursula K. Le Guin',
  isbn_13: '9780061054884',
  isbn_10: '0061054887',
  publication_year: 1974,
  publication_date: null,
  edition: null,
  min_age: null,
  publisher_id: 3,
  genre_id: 4,
  language: 'en',
  pages: 387,
  description: null,
  dewey_decimal: '813.54',
  availability_status: 'available' as const,
  total_copies: 2,
  available_copies: 1,
  digital_copies: 0,
  cover_image_url: null,
  subjects: ['Anarchism'],
  ...stamped,
}

export const BookView = view('Book', shown, theDispossessed)

const AvailabilityView = view(
  'BranchAvailability',
  { branch_id: integer, branch_name: t.string, total_copies: integer, available_copies: integer },
  { branch_id: 2, branch_name: 'Riverside', total_copies: 2, available_copies: 1 },
)

export const BookDetailView = view(
  'BookDetail',
  { ...shown, availability: t.array(AvailabilityView) },
  { ...theDispossessed, availability: [AvailabilityView.example] },
)

/** What ?include=publisher,genre embeds. */
const embedded = t.partial({ publisher: orNull(Named), genre: orNull(Named) })

/** A row of the list, with what is included. */
export const ListedBookView = withExample(t.intersection([BookView, embedded], 'ListedBook'), theDispossessed)
export const ShownBookView = withExample(
  t.intersection([BookDetailView, embedded], 'ShownBook'),
  BookDetailView.example,
)

/** Beside these come `publisher` and `genre`, where they are included. */
export const bookView =
  (included: Included) =>
  ({ book, authors, publisher, genre, holdings }: BookRecord): t.TypeOf<typeof BookView> => {
    const { details } = book
    const [first] = authors
    return {
      id: book.id,
      title: details.title,
      subtitle: details.subtitle,
      author_id: details.authorIds[0] ?? null,
      authors: authors.map(({ id, name }) => ({ id, name })),
      author: (included.includes('author') ? first : first?.name) ?? null,
      isbn_13: details.isbn13,
      isbn_10: details.isbn10,
      publication_year: details.publicationYear,
      publication_date: details.publicationDate,
      edition: details.edition,
      min_age: details.minAge,
      publisher_id: details.publisherId,
      genre_id: details.genreId,
      language: details.language,
      pages: details.pages,
      description: details.description,
      dewey_decimal: details.deweyDecimal,
      availability_status: availabilityOf(holdings),
      total_copies: holdings.total,
      available_copies: holdings.available,
      digital_copies: details.digitalCopies,
      cover_image_url: details.coverImageUrl,
      subjects: [...details.subjects],
      ...stampsOf(book),
      ...(included.includes('publisher') ? { publisher } : {}),
      ...(included.includes('genre') ? { genre } : {}),
    }
  }

export const availabilityView = (branch: BranchAvailability): t.TypeOf<typeof AvailabilityView> => ({
  branch_id: branch.branchId,
  branch_name: branch.branchName,
  total_copies: branch.totalCopies,
  available_copies: branch.availableCopies,
})
