/** AUT-9: who did what to what, from where, before and after; written in the transaction of the act itself. */
import type { TaskEither } from '../shared/fp.ts'
import type { ApiKeyId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { Resource } from '../shared/refusal.ts'
import { snakeCase } from '../shared/spelling.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'
import type { Act } from './actor.ts'

/** Ids, amounts, instants and words by the API's field names; personal fields appear as `***`. */
export type AuditFacts = Readonly<Record<string, unknown>>

export interface AuditEntry {
  /** What was done to what, as `borrowing.returned`: the resource, and a word in the past tense. */
  readonly action: `${Resource}.${string}`
  /** What it was done to; no id where there is but one of it, or many. */
  readonly target: { readonly type: Resource; readonly id: number | null }
  /** Library time; null for what does not go by it. The store adds its own real time of recording. */
  readonly at: Instant | null
  /** What was so before, as far as it was changed; null where there was nothing. */
  readonly before: AuditFacts | null
  /** What is so now; null where nothing is left. */
  readonly after: AuditFacts | null
  /** Left out it was done. */
  readonly outcome?: AuditOutcome
}

export const auditOutcomes = ['done', 'denied', 'failed'] as const

/** Done, not permitted to whoever tried, or tried in vain. */
export type AuditOutcome = (typeof auditOutcomes)[number]

/** Only ever appended to. */
export interface AuditTrail {
  record(act: Act, entry: AuditEntry): TaskEither<never, void>
}

export interface AuditStores {
  readonly audit: AuditTrail
}

/** A row of the trail, as it is read again. */
export interface AuditRecord extends Omit<AuditEntry, 'action' | 'target' | 'at' | 'outcome'> {
  readonly id: number
  readonly action: string
  readonly target: { readonly type: string; readonly id: number | null }
  /** Real time. */
  readonly recordedAt: Instant
  /** Library time where the act goes by it, else when it was recorded. */
  readonly occurredAt: Instant
  /** null where no member acted. */
  readonly actorId: MemberId | null
  readonly actorRole: string
  /** The key by which a system acted, null where none did. */
  readonly apiKeyId: ApiKeyId | null
  readonly outcome: AuditOutcome
  readonly address: string | null
  readonly requestId: string | null
}

export interface AuditFilter {
  readonly actorId?: MemberId
  readonly apiKeyId?: ApiKeyId
  readonly action?: string
  /** Of one thing, or of every thing of a kind. */
  readonly target?: { readonly type: string; readonly id: number | null }
  readonly outcome?: AuditOutcome
  /** Recorded in [from, to). */
  readonly from?: Instant
  readonly to?: Instant
}

export type AuditSort = 'id' | 'recorded_at' | 'occurred_at'

/** Reading the trail: for the administrator alone. */
export interface AuditQueries {
  records(filter: AuditFilter, page: PageRequest<AuditSort>): TaskEither<StoreFailure, Page<AuditRecord>>
}

/** How the fields of a thing are told. */
export interface Wording<Fields> {
  /** Where the API's name is not the same in snake_case. */
  readonly names?: Partial<Readonly<Record<keyof Fields, string>>>
  /** Personal: that they changed is told, not what they are. */
  readonly masked?: readonly (keyof Fields)[]
}

/** The fields in which two states of a thing differ, by the API's names; of a new or a removed one all that say something. */
export const difference = <Fields extends object>(
  before: Fields | null,
  after: Fields | null,
  { names = {}, masked = [] }: Wording<Fields> = {},
): Pick<AuditEntry, 'before' | 'after'> => {
  const fields = Object.keys(after ?? before ?? {}) as (keyof Fields & string)[]
  const changed = fields.filter(field => textOf(before, field) !== textOf(after, field))
  const told = (state: Fields | null): AuditFacts | null =>
    state === null
      ? null
      : Object.fromEntries(
          changed.map(field => [
            names[field] ?? snakeCase(field),
            masked.includes(field) && isSaid(state[field]) ? '***' : (state[field] ?? null),
          ]),
        )
  return { before: told(before), after: told(after) }
}

const isSaid = (value: unknown): boolean => value !== null && value !== undefined

/** What there is not is like what says nothing. */
const textOf = <Fields extends object>(state: Fields | null, field: keyof Fields): string =>
  JSON.stringify(state?.[field] ?? null)

/** One row that people keep: what it was, what it is. */
export interface Kept<Details> {
  readonly id: number
  readonly before: Details | null
  readonly after: Details | null
}

/** Records that a row was `created`, `changed` or `deleted`. */
export const recordKept =
  <Details extends object>(type: Resource, wording: Wording<Details> = {}) =>
  ({ audit }: AuditStores, act: Act, { id, before, after }: Kept<Details>): TaskEither<never, void> =>
    audit.record(act, {
      action: `${type}.${before === null ? 'created' : after === null ? 'deleted' : 'changed'}`,
      target: { type, id },
      at: null,
      ...difference(before, after, wording),
    })
