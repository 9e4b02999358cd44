/** The table `genres`. */
import type { GenreDetails } from '../../core/catalogue/genre.ts'
import type { GenreId } from '../../core/shared/id.ts'
import { fold } from '../../core/shared/text.ts'
import type { RecordRow, RecordTable } from './records.ts'

export interface GenreRow extends RecordRow {
  readonly name: string
  readonly description: string | null
  readonly parent_genre_id: GenreId | null
}

export const genreTable: RecordTable<GenreRow, GenreDetails> = {
  table: 'genres',
  resource: 'genre',
  toRow: details => ({
    name: details.name,
    name_sort: fold(details.name),
    description: details.description,
    parent_genre_id: details.parentGenreId,
  }),
  fromRow: row => ({ name: row.name, description: row.description, parentGenreId: row.parent_genre_id }),
  dependents: [
    { name: 'books', table: 'books', columns: ['genre_id'] },
    { name: 'genres', table: 'genres', columns: ['parent_genre_id'] },
  ],
}
