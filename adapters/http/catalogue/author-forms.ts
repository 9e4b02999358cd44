/** An author as the API takes and shows him. */
import * as t from 'io-ts'
import { authorName, splitName } from '../../../core/catalogue/author.ts'
import type { Author, AuthorDetails } from '../../../core/catalogue/author.ts'
import type { BookRecord, WithBooks } from '../../../core/catalogue/ports.ts'
import { E, pipe } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import type { Fault } from '../../../core/shared/refusal.ts'
import { exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { webAddress } from '../codecs/contact.ts'
import { fitting, record } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { line, paragraphs } from '../codecs/text.ts'
import { day } from '../codecs/time.ts'
import { given } from '../given.ts'
import { day as dayShape, integer, orNull, stamped, stamps, stampsOf, view } from '../shapes.ts'

const fields = {
  name: line(201),
  first_name: line(100),
  last_name: line(100),
  birth_date: nullable(day),
  death_date: nullable(day),
  nationality: nullable(line(100)),
  biography: nullable(paragraphs(10_000)),
  photo_url: nullable(webAddress),
}
type Given = Some<typeof fields>

const changesOf = (said: Given): Either<readonly Fault[], Partial<AuthorDetails>> =>
  pipe(
    nameOf(said),
    E.map(name => ({
      ...given<AuthorDetails>({
        firstName: said.first_name,
        lastName: said.last_name,
        birthDate: said.birth_date,
        deathDate: said.death_date,
        nationality: said.nationality,
        biography: said.biography,
        photoUrl: said.photo_url,
      }),
      ...name,
    })),
  )

export const AuthorChanges: Codec<Partial<AuthorDetails>> = fitting(
  exampled({ death_date: '2018-01-22', nationality: 'American' }, record('AuthorChanges', {}, fields)),
  changesOf,
)

/** A `name` is split at its last space; beside the two it would have to be, it is not needed (DATA-2). */
const nameOf = ({ name, first_name, last_name }: Given): Either<readonly Fault[], Partial<AuthorDetails>> => {
  if (name === undefined) return E.right({})
  return first_name === undefined && last_name === undefined
    ? E.right(splitName(name))
    : E.left([{ field: 'name', code: 'EXCLUSIVE', message: 'It goes without first_name and last_name' }])
}

/** The two names, or `name` for both. */
export const NewAuthor: Codec<AuthorDetails> = fitting(
  exampled({ first_name: 'Ursula K.', last_name: 'Le Guin' }, record('NewAuthor', {}, fields)),
  said => pipe(changesOf(said), E.flatMap(withNames)),
)

const withNames = ({
  firstName,
  lastName,
  ...rest
}: Partial<AuthorDetails>): Either<readonly Fault[], AuthorDetails> => {
  const missing = [
    ...(firstName === undefined ? ['first_name'] : []),
    ...(lastName === undefined ? ['last_name'] : []),
  ]
  return firstName === undefined || lastName === undefined
    ? E.left(missing.map(field => ({ field, code: 'REQUIRED', message: 'It or name must be given' })))
    : E.right({
        birthDate: null,
        deathDate: null,
        nationality: null,
        biography: null,
        photoUrl: null,
        ...rest,
        firstName,
        lastName,
      })
}

const shown = {
  id: integer,
  name: t.string,
  first_name: t.string,
  last_name: t.string,
  birth_date: orNull(dayShape),
  death_date: orNull(dayShape),
  nationality: orNull(t.string),
  biography: orNull(t.string),
  photo_url: orNull(t.string),
  book_count: integer,
  ...stamps,
}

const leGuin = {
  id: 7,
  name: 'Ursula K. Le Guin',
  first_name: 'Ursula K.',
  last_name: 'Le Guin',
  birth_date: '1929-10-21',
  death_date: '2018-01-22',
  nationality: 'American',
  biography: null,
  photo_url: null,
  book_count: 12,
  ...stamped,
}

export const AuthorView = view('Author', shown, leGuin)

const WorkView = view(
  'Work',
  { id: integer, title: t.string, publication_year: orNull(integer) },
  { id: 12, title: 'The Dispossessed', publication_year: 1974 },
)

/** With his books, a hundred at most; `GET /books?author_id=` has them all. */
export const AuthorDetailView = view(
  'AuthorDetail',
  { ...shown, books: t.array(WorkView) },
  { ...leGuin, books: [WorkView.example] },
)

export const workView = ({ book: { id, details } }: BookRecord): t.TypeOf<typeof WorkView> => ({
  id,
  title: details.title,
  publication_year: details.publicationYear,
})

export const authorView = (author: WithBooks<Author>): t.TypeOf<typeof AuthorView> => ({
  id: author.id,
  name: authorName(author.details),
  first_name: author.details.firstName,
  last_name: author.details.lastName,
  birth_date: author.details.birthDate,
  death_date: author.details.deathDate,
  nationality: author.details.nationality,
  biography: author.details.biography,
  photo_url: author.details.photoUrl,
  book_count: author.bookCount,
  ...stampsOf(author),
})
