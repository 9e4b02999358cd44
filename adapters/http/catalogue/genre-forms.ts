/** A genre as the API takes and shows it: alone, and in the tree with the books counted upwards. */
import * as t from 'io-ts'
import type { Genre, GenreDetails } from '../../../core/catalogue/genre.ts'
import type { WithBooks } from '../../../core/catalogue/ports.ts'
import { E } from '../../../core/shared/fp.ts'
import type { GenreId } from '../../../core/shared/id.ts'
import { exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { key } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { line, paragraphs } from '../codecs/text.ts'
import { given } from '../given.ts'
import { integer, orNull, stamped, stamps, stampsOf, view, withExample } from '../shapes.ts'

const name = line(100)
const optional = { description: nullable(paragraphs(2000)), parent_genre_id: nullable(key<'genre'>()) }

const changesOf = (said: Some<typeof optional & { name: typeof name }>) =>
  given<GenreDetails>({
    name: said.name,
    description: said.description,
    parentGenreId: said.parent_genre_id,
  })

export const GenreChanges: Codec<Partial<GenreDetails>> = fitting(
  exampled({ description: 'Places that are nowhere' }, record('GenreChanges', {}, { name, ...optional })),
  said => E.right(changesOf(said)),
)

export const NewGenre: Codec<GenreDetails> = fitting(
  exampled({ name: 'Utopias', parent_genre_id: 1 }, record('NewGenre', { name }, optional)),
  said => E.right({ description: null, parentGenreId: null, ...changesOf(said), name: said.name }),
)

/** `book_count` is of the genre and of all below it. */
const genre = {
  id: integer,
  name: t.string,
  description: orNull(t.string),
  parent_genre_id: orNull(integer),
  book_count: integer,
  ...stamps,
}

const utopias = {
  id: 4,
  name: 'Utopias',
  description: null,
  parent_genre_id: 1,
  book_count: 9,
  ...stamped,
}

export const GenreView = view('Genre', genre, utopias)

type CountedGenre = WithBooks<Genre>

export const genreView = (genre: CountedGenre, bookCount: number): t.TypeOf<typeof GenreView> => ({
  id: genre.id,
  name: genre.details.name,
  description: genre.details.description,
  parent_genre_id: genre.details.parentGenreId,
  book_count: bookCount,
  ...stampsOf(genre),
})

export interface Node extends t.TypeOf<typeof GenreView> {
  readonly children: readonly Node[]
}

export const GenreTree = withExample(
  t.recursion<Node>('GenreTree', self => t.strict({ ...genre, children: t.readonlyArray(self) })),
  {
    ...utopias,
    id: 1,
    name: 'Fiction',
    parent_genre_id: null,
    book_count: 120,
    children: [{ ...utopias, children: [] }],
  },
)

/** `meta` of the tree: how many genres there are. */
export const Counted = view('Counted', { total: integer }, { total: 12 })

/** Those that lie directly below a genre; below null those without a parent. */
type Below = (parent: GenreId | null) => readonly CountedGenre[]

export const belowEach = (genres: readonly CountedGenre[]): Below => {
  const children = new Map<GenreId | null, CountedGenre[]>()
  for (const genre of genres) {
    const parent = genre.details.parentGenreId
    children.set(parent, [...(children.get(parent) ?? []), genre])
  }
  return parent => children.get(parent) ?? []
}

/** Of the genre and of all below it. */
export const booksUnder = (genre: CountedGenre, below: Below): number =>
  below(genre.id).reduce((sum, child) => sum + booksUnder(child, below), genre.bookCount)

export const treeOf = (below: Below, parent: GenreId | null = null): readonly Node[] =>
  below(parent).map(genre => ({
    ...genreView(genre, booksUnder(genre, below)),
    children: treeOf(below, genre.id),
  }))
