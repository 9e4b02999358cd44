/** What the audit is told of sessions (AUT-9): by their ids alone, never by what opens them. */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { MemberId, SessionId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Act } from './actor.ts'
import type { AuditEntry, AuditStores } from './audit.ts'
import type { IdentityStores, SessionsOf } from './ports.ts'
import type { Session } from './session.ts'

/**
 * Why a session ended: its member logged out of it, or of all at once; he ended it from another one; a login needed its place; a
 * spent refresh token was shown again, so that somebody else may have it; its member has another password; his second factor is
 * another, or none any more; he may not get in any more; he was given a desk, another role, or none.
 */
export type Ending =
  | 'logout'
  | 'logout_of_all'
  | 'by_hand'
  | 'too_many'
  | 'reuse'
  | 'new_password'
  | 'mfa_changed'
  | 'deactivated'
  | 'role_changed'

/** Reuse has a name of its own: it is what one looks for after a theft. */
const actionOf = (ending: Ending): AuditEntry['action'] =>
  ending === 'reuse' ? 'session.reused' : 'session.ended'

export const sessionStarted = ({ id, memberId }: Session): AuditEntry => ({
  action: 'session.started',
  target: { type: 'session', id },
  at: null,
  before: null,
  after: { user_id: memberId },
})

const sessionEnded = (id: SessionId, memberId: MemberId, ending: Ending): AuditEntry => ({
  action: actionOf(ending),
  target: { type: 'session', id },
  at: null,
  before: { user_id: memberId },
  after: { ending },
})

/**
 * Ends those of a member that go on, each with its row in the audit.
 * @returns the ids of those that ended by it
 */
export const endSessions = (
  { sessions, audit }: IdentityStores & AuditStores,
  act: Act,
  which: SessionsOf,
  ending: Ending,
  now: Instant,
): TaskEither<never, readonly SessionId[]> =>
  pipe(
    sessions.end(which, now),
    TE.tap(TE.traverseSeqArray(id => audit.record(act, sessionEnded(id, which.memberId, ending)))),
  )

/** All of a member's but the one in which he acts. */
export const endOtherSessions = (
  stores: IdentityStores & AuditStores,
  act: Act,
  { memberId, but }: { readonly memberId: MemberId; readonly but: SessionId },
  ending: Ending,
  now: Instant,
): TaskEither<never, void> =>
  pipe(
    stores.sessions.going(memberId, now),
    TE.flatMap(going =>
      pipe(
        going.filter(({ id }) => id !== but),
        TE.traverseSeqArray(({ id: only }) => endSessions(stores, act, { memberId, only }, ending, now)),
      ),
    ),
    TE.map(() => undefined),
  )
