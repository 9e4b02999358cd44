/** What identity needs of the outside: credentials, sessions, hashes and tokens. */
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId, MemberId, SessionId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'
import type { Adjustments, Role } from './actor.ts'
import type { RefreshToken, Session } from './session.ts'

/** Slow on purpose; runs on worker threads and never inside `work.run`. `busy`: too many wait for one. */
export interface PasswordHashing {
  hash(password: string): TaskEither<StoreFailure, string>
  /** Takes the same time when there is no hash to compare with (null: no such account). */
  verify(password: string, hash: string | null): TaskEither<StoreFailure, boolean>
}

export interface Credentials {
  readonly memberId: MemberId
  /** null for a member who cannot log in. */
  readonly passwordHash: string | null
  /** A deactivated member does not get in. */
  readonly active: boolean
}

/** A member as the token answers and `GET /auth/me` show him. */
export interface Account {
  readonly memberId: MemberId
  readonly username: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly cardNumber: string
  readonly status: string
  readonly role: Role
  readonly branchId: BranchId | null
  /** One is in force: a login takes a code beside the password. */
  readonly secondFactor: boolean
  /** Left out he may what his role may. */
  readonly adjusted?: Adjustments
  /** Minors whose guardian he is, by id; left out he has none. Told of whoever acts in a session. */
  readonly wards?: readonly MemberId[]
}

/** Reading outside of any unit of work: logins and every authenticated request. */
export interface IdentityQueries {
  /** By user name or e-mail address, normalised. */
  credentials(login: string): TaskEither<StoreFailure, Credentials | null>
  /** Who acts in a session that goes on; null when it ended, ran out, or its member may not get in any more. */
  sessionAccount(sessionId: SessionId, now: Instant): TaskEither<StoreFailure, Account | null>
  account(memberId: MemberId): TaskEither<NotFound | StoreFailure, Account>
  /** Those of a member that go on, the one that was used last first. */
  sessionsOf(memberId: MemberId, now: Instant): TaskEither<StoreFailure, readonly Session[]>
  /** Is there an administrator who is active? */
  hasAdmin(): TaskEither<StoreFailure, boolean>
}

/** By what a member is let in. */
export interface Standing {
  /** null for a member who cannot log in. */
  readonly passwordHash: string | null
  /** A deactivated member does not get in. */
  readonly active: boolean
  /** Since when his second factor is in force; null: none is. */
  readonly secondFactorSince: Instant | null
}

export interface Sessions {
  /** Locks the session that a refresh token belongs to; null when there is no such token. */
  byRefreshToken(tokenHash: string): TaskEither<never, { session: Session; token: RefreshToken } | null>
  /** As it is now. Locks the member: who changes it waits, or has done so. */
  standing(memberId: MemberId): TaskEither<never, Standing>
  open(session: Session, token: RefreshToken): TaskEither<never, void>
  /** Those of a member that go on, the oldest first. Locks the member: of two logins at once the second counts the first. */
  going(memberId: MemberId, now: Instant): TaskEither<never, readonly Session[]>
  /** Keeps the session as it goes on, spends a token and keeps its successor. */
  rotate(session: Session, spent: RefreshToken, successor: RefreshToken): TaskEither<never, void>
  /**
   * Those of these that go on end; all others stay as they are.
   * @returns the ids of those that ended by it
   */
  end(which: SessionsOf, at: Instant): TaskEither<never, readonly SessionId[]>
}

/** The sessions of a member, or one of them. */
export interface SessionsOf {
  readonly memberId: MemberId
  /** null is all of them. */
  readonly only: SessionId | null
}

export interface IdentityStores {
  readonly sessions: Sessions
}

export interface AccessClaims {
  readonly memberId: MemberId
  readonly sessionId: SessionId
}

/** Why a token is not good: unreadable or forged, or good once. */
export interface TokenRefused {
  readonly type: 'TokenRefused'
  readonly reason: 'malformed' | 'expired' | 'revoked'
}

/** Access tokens: signed, short-lived, bound to a session. */
export interface AccessTokens {
  /** In seconds. */
  readonly lifetime: number
  issue(claims: AccessClaims): TaskEither<never, string>
  verify(token: string): TaskEither<TokenRefused, AccessClaims>
}

/** Opaque secrets: 256 random bits for whoever holds them, a hash for the store. */
export interface Secrets {
  make(): { readonly secret: string; readonly hash: string }
  hashOf(secret: string): string
}
