/** CAT-9: authors, publishers and genres are kept by staff and deleted by the admin. */
import type { Act } from '../../identity/actor.ts'
import { recordKept } from '../../identity/audit.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import { TE } from '../../shared/fp.ts'
import type { AuthorId, GenreId, PublisherId } from '../../shared/id.ts'
import { addRecord, changeRecord, removeRecord } from '../../shared/records.ts'
import type { Keeping } from '../../shared/records.ts'
import { invalidInput } from '../../shared/refusal.ts'
import type { UnitOfWork } from '../../shared/unit-of-work.ts'
import type { AuthorDetails } from '../author.ts'
import { parentFits } from '../genre.ts'
import type { GenreDetails } from '../genre.ts'
import type { CatalogueStores } from '../ports.ts'
import type { PublisherDetails } from '../publisher.ts'

type Stores = Pick<CatalogueStores, 'authors' | 'publishers' | 'genres'> & AuditStores

export interface KeepDeps {
  readonly work: UnitOfWork<Stores>
}

const allowed: Keeping<Stores, number, unknown, Act>['allowed'] = ({ actor }, doing) =>
  permitted(actor, doing === 'remove' ? 'catalogue:delete' : 'catalogue:write')

const keepAuthors = ({ work }: KeepDeps): Keeping<Stores, AuthorId, AuthorDetails, Act> => ({
  work,
  resource: 'author',
  of: stores => stores.authors,
  allowed,
  record: recordKept('author'),
  check: (_stores, { birthDate, deathDate }) =>
    birthDate !== null && deathDate !== null && deathDate < birthDate
      ? TE.left(invalidInput('death_date', 'OUT_OF_RANGE', 'Nobody dies before being born'))
      : TE.right(undefined),
})

const keepPublishers = ({ work }: KeepDeps): Keeping<Stores, PublisherId, PublisherDetails, Act> => ({
  work,
  resource: 'publisher',
  of: stores => stores.publishers,
  allowed,
  record: recordKept('publisher'),
  check: () => TE.right(undefined),
})

const keepGenres = ({ work }: KeepDeps): Keeping<Stores, GenreId, GenreDetails, Act> => ({
  work,
  resource: 'genre',
  of: stores => stores.genres,
  allowed,
  record: recordKept('genre'),
  check: ({ genres }, { parentGenreId }, id) => parentFits(genres, id, parentGenreId),
})

export const addAuthor = (deps: KeepDeps) => addRecord(keepAuthors(deps))
export const changeAuthor = (deps: KeepDeps) => changeRecord(keepAuthors(deps))
export const removeAuthor = (deps: KeepDeps) => removeRecord(keepAuthors(deps))

export const addPublisher = (deps: KeepDeps) => addRecord(keepPublishers(deps))
export const changePublisher = (deps: KeepDeps) => changeRecord(keepPublishers(deps))
export const removePublisher = (deps: KeepDeps) => removeRecord(keepPublishers(deps))

export const addGenre = (deps: KeepDeps) => addRecord(keepGenres(deps))
export const changeGenre = (deps: KeepDeps) => changeRecord(keepGenres(deps))
export const removeGenre = (deps: KeepDeps) => removeRecord(keepGenres(deps))
