/** Publishers: who brought it out. */
import type { PublisherId } from '../shared/id.ts'
import type { Recorded } from '../shared/records.ts'

export interface PublisherDetails {
  readonly name: string
  readonly address: string | null
  readonly city: string | null
  readonly state: string | null
  readonly country: string | null
  readonly website: string | null
  readonly contactEmail: string | null
  readonly foundedYear: number | null
}

export type Publisher = Recorded<PublisherId, PublisherDetails>
