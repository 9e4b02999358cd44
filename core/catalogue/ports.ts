/** What the catalogue needs of a store: rows inside a unit of work, and `CatalogueQueries` for display. */
import type { TaskEither } from '../shared/fp.ts'
import type { AuthorId, BookId, BranchId, CopyId, GenreId, PublisherId } from '../shared/id.ts'
import type { Day } from '../shared/local-time.ts'
import type { Minor } from '../shared/money.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { Records } from '../shared/records.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { DuplicateKey, StoreFailure } from '../shared/unit-of-work.ts'
import type { Author, AuthorDetails } from './author.ts'
import type { Book, BookDetails, LikenessKey } from './book.ts'
import type { Genre, GenreDetails } from './genre.ts'
import type { Publisher, PublisherDetails } from './publisher.ts'

export interface Books extends Records<BookId, BookDetails> {
  /** Books, not deleted, of these ISBNs (the long form). */
  withIsbn(
    isbns: readonly string[],
  ): TaskEither<never, readonly { readonly id: BookId; readonly isbn13: string }[]>
  /** Books, not deleted, of these keys. */
  alike(
    keys: readonly LikenessKey[],
  ): TaskEither<never, readonly { readonly id: BookId; readonly key: LikenessKey }[]>
}

/** A copy that comes in with its book. It stands on the shelf, free. */
export interface LoadedCopy {
  readonly branchId: BranchId
  readonly barcode: string
  readonly condition: 'new' | 'good' | 'fair' | 'poor' | 'damaged'
  readonly acquisitionDate: Day | null
  readonly price: Minor | null
  readonly loanCategory: string
}

export interface LoadedBook {
  readonly details: BookDetails
  readonly copies: readonly LoadedCopy[]
}

/** Many at once, for imports and the sample library: few statements whatever the number (up to some hundred a call). */
export interface CatalogueLoading {
  /** Ids by folded name (`fold(authorName(…))`) of those that exist. */
  authorsNamed(foldedNames: readonly string[]): TaskEither<never, ReadonlyMap<string, AuthorId>>
  publishersNamed(foldedNames: readonly string[]): TaskEither<never, ReadonlyMap<string, PublisherId>>
  genresNamed(foldedNames: readonly string[]): TaskEither<never, ReadonlyMap<string, GenreId>>
  /** @returns the new ids, in the order given */
  addAuthors(authors: readonly AuthorDetails[]): TaskEither<never, readonly AuthorId[]>
  addPublishers(publishers: readonly PublisherDetails[]): TaskEither<DuplicateKey, readonly PublisherId[]>
  addGenres(genres: readonly GenreDetails[]): TaskEither<DuplicateKey, readonly GenreId[]>
  /** Books with their copies and holdings. */
  addBooks(
    books: readonly LoadedBook[],
  ): TaskEither<DuplicateKey, readonly { readonly bookId: BookId; readonly copyIds: readonly CopyId[] }[]>
}

export interface CatalogueStores {
  readonly books: Books
  readonly authors: Records<AuthorId, AuthorDetails>
  readonly publishers: Records<PublisherId, PublisherDetails>
  readonly genres: Records<GenreId, GenreDetails>
  readonly loading: CatalogueLoading
}

/** A named row another row shows: its id and its name. */
export interface Named<Key extends number> {
  readonly id: Key
  readonly name: string
}

/** A book as it is shown. */
export interface BookRecord {
  readonly book: Book
  /** In order. */
  readonly authors: readonly Named<AuthorId>[]
  readonly publisher: Named<PublisherId> | null
  readonly genre: Named<GenreId> | null
  readonly holdings: { readonly total: number; readonly available: number; readonly circulating: number }
}

/** How many copies of a book stand in a branch, and how many of them are free now. */
export interface BranchAvailability {
  readonly branchId: BranchId
  readonly branchName: string
  readonly totalCopies: number
  readonly availableCopies: number
}

export type BookSort =
  | 'id'
  | 'title'
  | 'subtitle'
  | 'author_id'
  | 'author'
  | 'isbn_13'
  | 'isbn_10'
  | 'publication_year'
  | 'publication_date'
  | 'edition'
  | 'min_age'
  | 'publisher_id'
  | 'genre_id'
  | 'language'
  | 'pages'
  | 'dewey_decimal'
  | 'availability_status'
  | 'total_copies'
  | 'available_copies'
  | 'digital_copies'
  | 'created_at'
  | 'updated_at'

export interface BookFilter {
  /** Of these, those that are there; up to some hundred. */
  readonly ids?: readonly BookId[]
  /** The genre itself and those below it. */
  readonly genreId?: GenreId
  /** Any of its authors, not only the first. */
  readonly authorId?: AuthorId
  readonly publisherId?: PublisherId
  /** The long form. */
  readonly isbn13?: string
  readonly yearFrom?: number
  readonly yearTo?: number
  /** true: a copy is free now (at the branch, when one is given); false: none is. */
  readonly available?: boolean
  /** A copy lives there. */
  readonly branchId?: BranchId
  /** `pt` finds `pt-BR` too. */
  readonly language?: string
  /** Folded words; each occurs in the title, the subtitle or the name of an author. */
  readonly words?: readonly string[]
}

export type AuthorSort =
  'id' | 'name' | 'last_name' | 'first_name' | 'birth_date' | 'death_date' | 'nationality' | 'created_at'
export type PublisherSort = 'id' | 'name' | 'city' | 'country' | 'founded_year' | 'created_at'

/** With the number of books that are not deleted. */
export type WithBooks<Row> = Row & { readonly bookCount: number }

/** Reading for display: no locks, committed data only. */
export interface CatalogueQueries {
  books(filter: BookFilter, page: PageRequest<BookSort>): TaskEither<StoreFailure, Page<BookRecord>>
  book(
    id: BookId,
  ): TaskEither<
    NotFound | StoreFailure,
    BookRecord & { readonly availability: readonly BranchAvailability[] }
  >
  authors(
    filter: { readonly words?: readonly string[] },
    page: PageRequest<AuthorSort>,
  ): TaskEither<StoreFailure, Page<WithBooks<Author>>>
  author(id: AuthorId): TaskEither<NotFound | StoreFailure, WithBooks<Author>>
  publishers(
    filter: { readonly words?: readonly string[] },
    page: PageRequest<PublisherSort>,
  ): TaskEither<StoreFailure, Page<WithBooks<Publisher>>>
  publisher(id: PublisherId): TaskEither<NotFound | StoreFailure, WithBooks<Publisher>>
  /** All of them, by folded name; `bookCount` is of the genre itself. */
  genres(): TaskEither<StoreFailure, readonly WithBooks<Genre>[]>
  genre(id: GenreId): TaskEither<NotFound | StoreFailure, WithBooks<Genre>>
}
