/** The table `publishers`. */
import type { PublisherDetails } from '../../core/catalogue/publisher.ts'
import { fold } from '../../core/shared/text.ts'
import { sortKey } from './columns.ts'
import type { RecordRow, RecordTable } from './records.ts'

export interface PublisherRow extends RecordRow {
  readonly name: string
  readonly address: string | null
  readonly city: string | null
  readonly state: string | null
  readonly country: string | null
  readonly website: string | null
  readonly contact_email: string | null
  readonly founded_year: number | null
}

export const publisherTable: RecordTable<PublisherRow, PublisherDetails> = {
  table: 'publishers',
  resource: 'publisher',
  toRow: details => ({
    name: details.name,
    name_sort: fold(details.name),
    address: details.address,
    city: details.city,
    city_sort: sortKey(details.city),
    state: details.state,
    country: details.country,
    country_sort: sortKey(details.country),
    website: details.website,
    contact_email: details.contactEmail,
    founded_year: details.foundedYear,
  }),
  fromRow: row => ({
    name: row.name,
    address: row.address,
    city: row.city,
    state: row.state,
    country: row.country,
    website: row.website,
    contactEmail: row.contact_email,
    foundedYear: row.founded_year,
  }),
  dependents: [{ name: 'books', table: 'books', columns: ['publisher_id'] }],
}
