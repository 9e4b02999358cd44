/** What a book refers to: it must exist, and its names are what a book is shown with. */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { AuthorId, GenreId, PublisherId } from '../shared/id.ts'
import { invalidInput } from '../shared/refusal.ts'
import type { InvalidInput } from '../shared/refusal.ts'
import { authorName } from './author.ts'
import type { Book, BookDetails } from './book.ts'
import type { BookRecord, CatalogueStores, Named } from './ports.ts'

export interface BookReferences {
  readonly authors: readonly Named<AuthorId>[]
  readonly publisher: Named<PublisherId> | null
  readonly genre: Named<GenreId> | null
}

type ReferenceStores = Pick<CatalogueStores, 'authors' | 'publishers' | 'genres'>

export const references = (
  stores: ReferenceStores,
  { authorIds, publisherId, genreId }: BookDetails,
): TaskEither<InvalidInput, BookReferences> =>
  pipe(
    TE.Do,
    TE.bindW('authors', () => stores.authors.known(authorIds)),
    TE.bindW('publishers', () =>
      publisherId === null ? TE.right([]) : stores.publishers.known([publisherId]),
    ),
    TE.bindW('genres', () => (genreId === null ? TE.right([]) : stores.genres.known([genreId]))),
    TE.flatMap(({ authors, publishers, genres }) => {
      const named = new Map(authors.map(({ id, details }) => [id, { id, name: authorName(details) }]))
      const inOrder = authorIds.flatMap(id => named.get(id) ?? [])
      const [publisher] = publishers
      const [genre] = genres
      if (inOrder.length < authorIds.length) return unknown('author_id', 'author')
      if (publisherId !== null && publisher === undefined) return unknown('publisher_id', 'publisher')
      if (genreId !== null && genre === undefined) return unknown('genre_id', 'genre')
      return TE.right({
        authors: inOrder,
        publisher: publisher === undefined ? null : { id: publisher.id, name: publisher.details.name },
        genre: genre === undefined ? null : { id: genre.id, name: genre.details.name },
      })
    }),
  )

const unknown = (field: string, what: string): TaskEither<InvalidInput, never> =>
  TE.left(invalidInput(field, 'UNKNOWN_REFERENCE', `There is no such ${what}`))

const noCopies = { total: 0, available: 0, circulating: 0 }

export const describe = (
  book: Book,
  referred: BookReferences,
  holdings: BookRecord['holdings'] = noCopies,
): BookRecord => ({ book, ...referred, holdings })
