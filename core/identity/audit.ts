/** AUT-9: who did what to what, from where, before and after; written in the transaction of the act itself. */
import type { TaskEither } from '../shared/fp.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Resource } from '../shared/refusal.ts'
import type { Act } from './actor.ts'

/** Ids, amounts, instants and words by the API's field names; personal fields appear as `***`. */
export type AuditFacts = Readonly<Record<string, unknown>>

export interface AuditEntry {
  /** What was done to what, as `borrowing.returned`: the resource, and a word in the past tense. */
  readonly action: `${Resource}.${string}`
  /** What it was done to. */
  readonly target: { readonly type: Resource; readonly id: number }
  /** Library time; null for what does not go by it. The store adds its own real time of recording. */
  readonly at: Instant | null
  /** What was so before, as far as it was changed; null where there was nothing. */
  readonly before: AuditFacts | null
  /** What is so now; null where nothing is left. */
  readonly after: AuditFacts | null
}

/** Only ever appended to. */
export interface AuditTrail {
  record(act: Act, entry: AuditEntry): TaskEither<never, void>
}

export interface AuditStores {
  readonly audit: AuditTrail
}
