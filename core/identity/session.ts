/** A session: what begins with a login and ends with a logout, a spent refresh token shown again, or time. */
import type { MemberId, SessionId } from '../shared/id.ts'
import { instant } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'

/** Where a client calls from, as far as that is known: by it a member knows his own sessions again. */
export interface Origin {
  readonly address: string | null
  /** What the client says it is. */
  readonly userAgent: string | null
}

export interface Session extends Origin {
  readonly id: SessionId
  readonly memberId: MemberId
  /** Real time, like every stamp of identity. */
  readonly createdAt: Instant
  /** When it began or was last refreshed. */
  readonly lastUsedAt: Instant
  /** When it runs out, unless it is refreshed before. */
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

/** How long sessions last, and how many a member may have at once. */
export interface SessionPolicy {
  /** Seconds that a session lasts at the most, however often it is refreshed. */
  readonly lifetime: number
  /** Seconds without a refresh after which it runs out. */
  readonly idle: number
  /** Sessions of one member that go on at once; null is any number. */
  readonly most: number | null
  /** What a login does when there are as many: the oldest session ends for it, or it is refused. */
  readonly whenFull: 'end_oldest' | 'refuse'
}

/** Refreshed or begun now: good until it was idle for too long, or has lasted long enough. */
const runsOut = ({ lifetime, idle }: SessionPolicy, createdAt: Instant, now: Instant): Instant =>
  instant(Math.min(createdAt + lifetime * 1000, now + idle * 1000))

export const begun = (
  policy: SessionPolicy,
  { id, memberId, origin }: { readonly id: SessionId; readonly memberId: MemberId; readonly origin: Origin },
  now: Instant,
): Session => ({
  id,
  memberId,
  createdAt: now,
  lastUsedAt: now,
  expiresAt: runsOut(policy, now, now),
  endedAt: null,
  ...origin,
})

/** The same, used once more. */
export const goneOn = (policy: SessionPolicy, session: Session, origin: Origin, now: Instant): Session => ({
  ...session,
  ...origin,
  lastUsedAt: now,
  expiresAt: runsOut(policy, session.createdAt, now),
})

/** Seconds that are left of it, unless it is refreshed. */
export const secondsLeft = ({ expiresAt }: Session, now: Instant): number =>
  Math.floor((expiresAt - now) / 1000)

export const isLive = (session: Session, now: Instant): boolean =>
  session.endedAt === null && now < session.expiresAt

/** Those that end so that one more may begin: the first of these, the oldest first; null when none may. */
export const giveWay = (
  { most, whenFull }: SessionPolicy,
  oldestFirst: readonly Session[],
): readonly Session[] | null => {
  if (most === null || oldestFirst.length < most) return []
  return whenFull === 'refuse' ? null : oldestFirst.slice(0, oldestFirst.length - most + 1)
}
