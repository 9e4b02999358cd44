/** A publisher as the API takes and shows it. */
import * as t from 'io-ts'
import type { WithBooks } from '../../../core/catalogue/ports.ts'
import type { Publisher, PublisherDetails } from '../../../core/catalogue/publisher.ts'
import { E } from '../../../core/shared/fp.ts'
import { exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { email, webAddress } from '../codecs/contact.ts'
import { integer as wholeNumber } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { line } from '../codecs/text.ts'
import { given } from '../given.ts'
import { integer, orNull, stamped, stamps, stampsOf, view } from '../shapes.ts'

const name = line(200)
const optional = {
  address: nullable(line(300)),
  city: nullable(line(100)),
  state: nullable(line(100)),
  country: nullable(line(100)),
  website: nullable(webAddress),
  contact_email: nullable(email),
  founded_year: nullable(wholeNumber(1, 9999)),
}

const changesOf = (said: Some<typeof optional & { name: typeof name }>) =>
  given<PublisherDetails>({
    name: said.name,
    address: said.address,
    city: said.city,
    state: said.state,
    country: said.country,
    website: said.website,
    contactEmail: said.contact_email,
    foundedYear: said.founded_year,
  })

export const PublisherChanges: Codec<Partial<PublisherDetails>> = fitting(
  exampled({ website: 'https://publisher.example' }, record('PublisherChanges', {}, { name, ...optional })),
  said => E.right(changesOf(said)),
)

const unsaid: Omit<PublisherDetails, 'name'> = {
  address: null,
  city: null,
  state: null,
  country: null,
  website: null,
  contactEmail: null,
  foundedYear: null,
}

export const NewPublisher: Codec<PublisherDetails> = fitting(
  exampled(
    { name: 'Harper & Row', city: 'New York', country: 'US', founded_year: 1817 },
    record('NewPublisher', { name }, optional),
  ),
  said => E.right({ ...unsaid, ...changesOf(said), name: said.name }),
)

export const PublisherView = view(
  'Publisher',
  {
    id: integer,
    name: t.string,
    address: orNull(t.string),
    city: orNull(t.string),
    state: orNull(t.string),
    country: orNull(t.string),
    website: orNull(t.string),
    contact_email: orNull(t.string),
    founded_year: orNull(integer),
    book_count: integer,
    ...stamps,
  },
  {
    id: 3,
    name: 'Harper & Row',
    address: null,
    city: 'New York',
    state: 'New York',
    country: 'US',
    website: 'https://publisher.example',
    contact_email: null,
    founded_year: 1817,
    book_count: 30,
    ...stamped,
  },
)

export const publisherView = (publisher: WithBooks<Publisher>): t.TypeOf<typeof PublisherView> => ({
  id: publisher.id,
  name: publisher.details.name,
  address: publisher.details.address,
  city: publisher.details.city,
  state: publisher.details.state,
  country: publisher.details.country,
  website: publisher.details.website,
  contact_email: publisher.details.contactEmail,
  founded_year: publisher.details.foundedYear,
  book_count: publisher.bookCount,
  ...stampsOf(publisher),
})
