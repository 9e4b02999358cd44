/** A session: what begins with a login and ends with a logout, a spent refresh token shown again, or time. */
import type { MemberId, SessionId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'

export interface Session {
  readonly id: SessionId
  readonly memberId: MemberId
  /** Real time, like every stamp of identity. */
  readonly createdAt: Instant
  readonly expiresAt: Instant
  readonly endedAt: Instant | null
}

/** One link in the chain of a session; only the last is good. The secret itself is never stored. */
export interface RefreshToken {
  readonly hash: string
  readonly sessionId: SessionId
  readonly createdAt: Instant
  readonly spentAt: Instant | null
}

export const isLive = (session: Session, now: Instant): boolean =>
  session.endedAt === null && now < session.expiresAt
