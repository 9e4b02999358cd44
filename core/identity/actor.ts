/** Who acts. Every use case is told, whatever drives it: HTTP, command line, jobs. */
import type { ApiKeyId, BranchId, MemberId } from '../shared/id.ts'
import type { Expecting } from '../shared/versions.ts'

export const roles = ['user', 'librarian', 'branch_manager', 'admin'] as const

/** What a member may do; a member without a staff row is a `user`. */
export type Role = (typeof roles)[number]

/** What one of the staff may beside his role, and what of it he may not: permissions, by name. */
export interface Adjustments {
  readonly extra: readonly string[]
  readonly withheld: readonly string[]
}

export type Actor =
  | { readonly kind: 'anonymous' }
  /** Somebody who logged in. `branchId` is the desk of a member of the staff, null for everybody else. */
  | {
      readonly kind: 'member'
      readonly memberId: MemberId
      readonly role: Role
      readonly branchId: BranchId | null
      /** Of the staff, and without a second factor: he may enrol one, and nothing else. */
      readonly mustEnrol?: boolean
      /** Left out he may what his role may. */
      readonly adjusted?: Adjustments
      /** Minors whose guardian he is: what is theirs is his own, but for what lets them in (ADR 37). Left out he has none. */
      readonly wards?: readonly MemberId[]
      /** Calls from where nothing administrative is done (AUT-8). */
      readonly away?: boolean
    }
  /** Another system, by its API key: it may do what the scopes say. With a branch it acts there, and has its desk. */
  | {
      readonly kind: 'api_key'
      readonly keyId: ApiKeyId
      /** Permissions, by name. */
      readonly scopes: readonly string[]
      readonly branchId: BranchId | null
      /** Calls from where nothing administrative is done (AUT-8). */
      readonly away?: boolean
    }
  /** Whoever stands before the simple API, which asks nobody who he is. */
  | { readonly kind: 'kiosk' }
  /** The product itself: the sample load, the import, the jobs. */
  | { readonly kind: 'system' }

/** Who acts, in which request, from where: stamped on every event and audit row, so that each can be traced to its call. */
export interface Act extends Expecting {
  readonly actor: Actor
  readonly requestId: string | null
  /** The network address it came from, null for what no request caused. */
  readonly address: string | null
}

/** An act outside of any request: the product's own, or a command's. */
export const actBy = (actor: Actor): Act => ({ actor, requestId: null, address: null, expects: null })

export const anonymous: Actor = { kind: 'anonymous' }
export const kiosk: Actor = { kind: 'kiosk' }
export const system: Actor = { kind: 'system' }

export const isStaff = (actor: Actor): boolean =>
  actor.kind === 'system' || (actor.kind === 'member' && actor.role !== 'user')

/** Of the member who acts, null where no member does. */
export const memberOf = (actor: Actor): MemberId | null => (actor.kind === 'member' ? actor.memberId : null)

/** The key by which a system acts, null where none does. */
export const apiKeyOf = (actor: Actor): ApiKeyId | null => (actor.kind === 'api_key' ? actor.keyId : null)

/** As the audit names whoever acts: a role, or what he is without one. */
export const roleOf = (actor: Actor): Role | Exclude<Actor['kind'], 'member'> =>
  actor.kind === 'member' ? actor.role : actor.kind

/** The branch whose desk acts, null where no desk does. */
export const deskOf = (actor: Actor): BranchId | null => ('branchId' in actor ? actor.branchId : null)
