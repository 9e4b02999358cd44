/** Authors: who wrote it. */
import type { AuthorId } from '../shared/id.ts'
import type { Day } from '../shared/local-time.ts'
import type { Recorded } from '../shared/records.ts'

export interface AuthorDetails {
  /** Empty for those of one name only. */
  readonly firstName: string
  readonly lastName: string
  readonly birthDate: Day | null
  readonly deathDate: Day | null
  readonly nationality: string | null
  readonly biography: string | null
  readonly photoUrl: string | null
}

export type Author = Recorded<AuthorId, AuthorDetails>

/** As it stands on a title page: the two joined. */
export const authorName = ({ firstName, lastName }: Pick<AuthorDetails, 'firstName' | 'lastName'>): string =>
  firstName === '' ? lastName : `${firstName} ${lastName}`

/** A name split at its last space; one without is the last name (DATA-2). */
export const splitName = (name: string): Pick<AuthorDetails, 'firstName' | 'lastName'> => {
  const trimmed = name.trim().replace(/\s+/g, ' ')
  const at = trimmed.lastIndexOf(' ')
  return at === -1
    ? { firstName: '', lastName: trimmed }
    : { firstName: trimmed.slice(0, at), lastName: trimmed.slice(at + 1) }
}

/** An author of whom nothing but the name is known. */
export const authorNamed = (name: string): AuthorDetails => ({
  ...splitName(name),
  birthDate: null,
  deathDate: null,
  nationality: null,
  biography: null,
  photoUrl: null,
})
