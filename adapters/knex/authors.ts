/** The table `authors`. */
import { authorName } from '../../core/catalogue/author.ts'
import type { AuthorDetails } from '../../core/catalogue/author.ts'
import type { Day } from '../../core/shared/local-time.ts'
import { fold } from '../../core/shared/text.ts'
import { sortKey } from './columns.ts'
import type { RecordRow, RecordTable } from './records.ts'

export interface AuthorRow extends RecordRow {
  readonly first_name: string
  readonly last_name: string
  readonly birth_date: Day | null
  readonly death_date: Day | null
  readonly nationality: string | null
  readonly biography: string | null
  readonly photo_url: string | null
}

export const authorTable: RecordTable<AuthorRow, AuthorDetails> = {
  table: 'authors',
  resource: 'author',
  toRow: details => ({
    first_name: details.firstName,
    first_name_sort: fold(details.firstName),
    last_name: details.lastName,
    last_name_sort: fold(details.lastName),
    name_sort: fold(`${details.lastName} ${details.firstName}`),
    name_key: fold(authorName(details)),
    birth_date: details.birthDate,
    death_date: details.deathDate,
    nationality: details.nationality,
    nationality_sort: sortKey(details.nationality),
    biography: details.biography,
    photo_url: details.photoUrl,
  }),
  fromRow: row => ({
    firstName: row.first_name,
    lastName: row.last_name,
    birthDate: row.birth_date,
    deathDate: row.death_date,
    nationality: row.nationality,
    biography: row.biography,
    photoUrl: row.photo_url,
  }),
  dependents: [{ name: 'books', table: 'book_authors', columns: ['author_id'] }],
}
