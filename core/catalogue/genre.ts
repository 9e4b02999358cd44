/** Genres: a tree without cycles (DATA-4). */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { GenreId } from '../shared/id.ts'
import type { Recorded, Records } from '../shared/records.ts'
import { invalidInput } from '../shared/refusal.ts'
import type { InvalidInput } from '../shared/refusal.ts'

export interface GenreDetails {
  readonly name: string
  readonly description: string | null
  readonly parentGenreId: GenreId | null
}

export type Genre = Recorded<GenreId, GenreDetails>

/** A tree deeper than this is a mistake, and would be a burden to whoever shows it. */
const deepest = 20

/** Walks up from the parent: it must exist, the genre itself must not be met on the way, and the way must be short. */
export const parentFits = (
  genres: Records<GenreId, GenreDetails>,
  genre: GenreId | null,
  parent: GenreId | null,
  depth = 1,
): TaskEither<InvalidInput, void> => {
  if (parent === null) return TE.right(undefined)
  if (parent === genre)
    return TE.left(invalidInput('parent_genre_id', 'CYCLE', 'A genre cannot lie below itself'))
  if (depth >= deepest) {
    return TE.left(invalidInput('parent_genre_id', 'TOO_DEEP', `Genres lie at most ${String(deepest)} deep`))
  }
  return pipe(
    // Locked on the way up: two moves at once that would close a circle together meet on it.
    genres.get(parent),
    TE.mapLeft(() => invalidInput('parent_genre_id', 'UNKNOWN_REFERENCE', 'There is no such genre')),
    TE.flatMap(({ details }) => parentFits(genres, genre, details.parentGenreId, depth + 1)),
  )
}
