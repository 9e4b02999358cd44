/**
 * Manual blocks: the staff keep a member from borrowing, renewing or reserving, for a reason, until a day is over or until
 * they lift it (circulation R2.2). A member may have several at once, and each counts for itself.
 */
import type { BlockId, MemberId } from '../shared/id.ts'
import type { Day, Instant } from '../shared/local-time.ts'

export const blockedActions = ['checkout', 'renew', 'reserve'] as const

/** What a member may be kept from. */
export type BlockedAction = (typeof blockedActions)[number]

export interface BlockDetails {
  /** In the words of the staff. */
  readonly reason: string
  /** At least one. */
  readonly actions: readonly BlockedAction[]
  /** The last day on which it counts, in the zone that counts for the act; null: until it is lifted. */
  readonly expiresOn: Day | null
}

/** One that nobody has lifted. */
export interface MemberBlock extends BlockDetails {
  readonly id: BlockId
  readonly version: number
  readonly memberId: MemberId
  /** Of the staff, null where no member set it. */
  readonly setBy: MemberId | null
  /** Real time, as of every row. */
  readonly setAt: Instant
}

/** Does it keep its member from this, on this day? */
export const stops = ({ actions, expiresOn }: BlockDetails, action: BlockedAction, today: Day): boolean =>
  actions.includes(action) && (expiresOn === null || today <= expiresOn)
