/** How the edge itself says no, before any use case was asked. */
import type { Permission } from '../../core/identity/permissions.ts'
import type { Fault } from '../../core/shared/refusal.ts'

export interface TokenMissing {
  readonly type: 'TokenMissing'
}

/** Staff without a second factor may enrol one, and nothing else. */
export interface MfaEnrolmentRequired {
  readonly type: 'MfaEnrolmentRequired'
}

/** An administrative route, and an address that none is asked for from. */
export interface AddressNotAllowed {
  readonly type: 'AddressNotAllowed'
  readonly permission: Permission
}

export type HttpRefusal =
  | { readonly type: 'RouteNotFound' }
  | { readonly type: 'MethodNotAllowed'; readonly allow: readonly string[] }
  /** The request itself cannot be read: its target, its headers, its body cut off. */
  | { readonly type: 'MalformedRequest' }
  | TokenMissing
  | MfaEnrolmentRequired
  | AddressNotAllowed
  | { readonly type: 'BodyTooLarge'; readonly limit: number }
  | { readonly type: 'UnsupportedMediaType'; readonly message: string }
  | { readonly type: 'MalformedJson'; readonly message: string; readonly faults: readonly Fault[] }
  | { readonly type: 'UnknownParameter'; readonly faults: readonly Fault[] }
  /** A change of this thing says by If-Match which version it is meant for, and this one does not. */
  | { readonly type: 'VersionRequired' }
  /** The same request is under way with the same key. */
  | { readonly type: 'IdempotencyConflict' }
  /** The key was given to another request before. */
  | { readonly type: 'IdempotencyKeyReused' }
  /** What never became a request: it was too slow, or its headers too large. */
  | { readonly type: 'RequestTimeout' }
  | { readonly type: 'HeadersTooLarge' }
  /** A throw: what it was is in the log under the request's id, not in the answer. */
  | { readonly type: 'Bug'; readonly requestId: string }

export const tokenMissing: TokenMissing = { type: 'TokenMissing' }
