/** Who acts. Every use case is told, whatever drives it: HTTP, command line, jobs. */
import type { BranchId, MemberId } from '../shared/id.ts'

export const roles = ['user', 'librarian', 'branch_manager', 'admin'] as const

/** What a member may do; a member without a staff row is a `user`. */
export type Role = (typeof roles)[number]

export type Actor =
  | { readonly kind: 'anonymous' }
  /** Somebody who logged in. `branchId` is the desk of a member of the staff, null for everybody else. */
  | {
      readonly kind: 'member'
      readonly memberId: MemberId
      readonly role: Role
      readonly branchId: BranchId | null
    }
  /** The product itself: the sample load, the import, the jobs. */
  | { readonly kind: 'system' }

/** Who acts, in which request: stamped on every event, so that each can be traced to its call. */
export interface Act {
  readonly actor: Actor
  readonly requestId: string | null
}

export const anonymous: Actor = { kind: 'anonymous' }
export const system: Actor = { kind: 'system' }

export const isStaff = (actor: Actor): boolean =>
  actor.kind === 'system' || (actor.kind === 'member' && actor.role !== 'user')

/** Of the member who acts, null where no member does. */
export const memberOf = (actor: Actor): MemberId | null => (actor.kind === 'member' ? actor.memberId : null)

/** The branch whose desk acts, null where no desk does. */
export const deskOf = (actor: Actor): BranchId | null => (actor.kind === 'member' ? actor.branchId : null)
