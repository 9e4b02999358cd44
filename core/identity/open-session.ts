/** AUT-1, AUT-2: a session begins for somebody who has shown who he is, whatever he showed it with. */
import type { Clock } from '../shared/clock.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { Ids } from '../shared/id.ts'
import { conflict } from '../shared/refusal.ts'
import type { Conflict } from '../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../shared/unit-of-work.ts'
import { memberActing } from './account.ts'
import type { Act } from './actor.ts'
import type { AuditStores } from './audit.ts'
import type { AccessTokens, Account, IdentityStores, Secrets, Standing } from './ports.ts'
import { endSessions, sessionStarted } from './session-audit.ts'
import { begun, giveWay, secondsLeft } from './session.ts'
import type { Session, SessionPolicy } from './session.ts'

export interface TokenPair {
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
  readonly refreshToken: string
  /** Seconds until the session runs out, unless it is refreshed. */
  readonly refreshExpiresIn: number
  readonly account: Account
}

export interface OpenSessionDeps {
  readonly work: UnitOfWork<IdentityStores & AuditStores>
  readonly tokens: AccessTokens
  readonly secrets: Secrets
  readonly ids: Ids
  /** Real time: sessions do not go by the library's. */
  readonly clock: Clock
  readonly policy: SessionPolicy
}

export interface OpenSession {
  readonly account: Account
  /** What was looked at when he was let in. */
  readonly standing: Standing
  readonly act: Act
  readonly userAgent: string | null
}

/** Since he was let in he has another password, or another second factor, or may not get in any more. */
export interface StandingChanged {
  readonly type: 'StandingChanged'
  readonly present: Standing
}

const isSame = (one: Standing, other: Standing): boolean =>
  one.passwordHash === other.passwordHash &&
  one.active === other.active &&
  one.secondFactorSince === other.secondFactorSince

/** `Conflict`: he has as many sessions as he may, and none gives way. */
export const openSession =
  ({ work, tokens, secrets, ids, clock, policy }: OpenSessionDeps) =>
  ({
    account,
    standing,
    act,
    userAgent,
  }: OpenSession): TaskEither<StandingChanged | Conflict | StoreFailure, TokenPair> => {
    const { memberId } = account
    /** Nobody acted when the request came; from here on it is he. */
    const his: Act = { ...act, actor: memberActing(account) }
    const origin = { address: act.address, userAgent }
    return pipe(
      TE.Do,
      TE.bindW('id', () => ids.next('session')),
      TE.bindW('opened', ({ id }) =>
        work.run(stores => {
          const now = clock.now()
          const session = begun(policy, { id, memberId, origin }, now)
          const { secret, hash } = secrets.make()
          return pipe(
            stores.sessions.standing(memberId),
            // What ends his sessions is done by now, or ends this one too.
            TE.flatMap((present): TaskEither<StandingChanged, void> =>
              isSame(standing, present) ? TE.right(undefined) : TE.left({ type: 'StandingChanged', present }),
            ),
            TE.flatMap(() => stores.sessions.going(memberId, now)),
            TE.flatMap((going): TaskEither<StandingChanged | Conflict, readonly Session[]> => {
              const ending = giveWay(policy, going)
              return ending === null
                ? TE.left(conflict('There are as many sessions as there may be', { sessions: going.length }))
                : TE.right(ending)
            }),
            TE.tap(
              TE.traverseSeqArray(({ id: only }) =>
                endSessions(stores, his, { memberId, only }, 'too_many', now),
              ),
            ),
            TE.tap(() =>
              stores.sessions.open(session, { hash, sessionId: id, createdAt: now, spentAt: null }),
            ),
            TE.tap(() => stores.audit.record(his, sessionStarted(session))),
            TE.map(() => ({ secret, left: secondsLeft(session, now) })),
          )
        }),
      ),
      TE.bindW('accessToken', ({ id }) => tokens.issue({ memberId, sessionId: id })),
      TE.map(({ opened, accessToken }) => ({
        accessToken,
        expiresIn: tokens.lifetime,
        refreshToken: opened.secret,
        refreshExpiresIn: opened.left,
        account,
      })),
    )
  }
