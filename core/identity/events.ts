/** What identity tells the rest of the product. No personal data in the payloads, nor any secret. */
import type { DomainEvent } from '../shared/changed.ts'
import type { MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'

/** Somebody guessed wrongly too often. */
export type AccountLocked = DomainEvent<
  'AccountLocked',
  {
    readonly memberId: MemberId
    /** Wrong guesses in a row. */
    readonly failures: number
    /** Real time. */
    readonly lockedUntil: Instant
  }
>

export type IdentityEvent = AccountLocked
