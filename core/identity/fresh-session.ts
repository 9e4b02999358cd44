/** What one logs in with is changed in a session that began with a login just now, or with what the login itself asks for. */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { MemberId, SessionId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { IdentityStores } from './ports.ts'
import { isFresh } from './second-factor.ts'

export interface HisSession {
  readonly memberId: MemberId
  /** null: no session asks. */
  readonly sessionId: SessionId | null
}

/** The session in which he asks began with a login just now. @param now real time */
export const inFreshSession = <Refusal>(
  { sessions }: IdentityStores,
  { memberId, sessionId }: HisSession,
  now: Instant,
  otherwise: Refusal,
): TaskEither<Refusal, void> =>
  pipe(
    sessions.going(memberId, now),
    TE.flatMap(going =>
      going.some(session => session.id === sessionId && isFresh(session, now))
        ? TE.right(undefined)
        : TE.left(otherwise),
    ),
  )
