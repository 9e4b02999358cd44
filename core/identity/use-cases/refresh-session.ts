/** AUT-1: a refresh token is good once; shown again, it ends the whole session. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { SessionId } from '../../shared/id.ts'
import type { NotFound } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import type { TokenPair } from '../open-session.ts'
import type {
  AccessTokens,
  Account,
  IdentityQueries,
  IdentityStores,
  Secrets,
  TokenRefused,
} from '../ports.ts'
import { endSessions } from '../session-audit.ts'
import { goneOn, isLive, secondsLeft } from '../session.ts'
import type { Session, SessionPolicy } from '../session.ts'

export interface RefreshSession {
  readonly act: Act
  readonly refreshToken: string
  /** What the client says it is. */
  readonly userAgent: string | null
}

export interface RefreshSessionDeps {
  readonly work: UnitOfWork<IdentityStores & AuditStores>
  readonly queries: Pick<IdentityQueries, 'sessionAccount'>
  readonly tokens: AccessTokens
  readonly secrets: Secrets
  /** Real time. */
  readonly clock: Clock
  readonly policy: SessionPolicy
}

/** What must be remembered although the answer is no: the end of the session is a Right of the unit of work. */
type Outcome =
  | { readonly kind: 'refused'; readonly reason: TokenRefused['reason'] }
  | {
      readonly kind: 'rotated'
      readonly session: Session
      readonly secret: string
      /** Seconds. */
      readonly left: number
    }

export const refreshSession =
  ({ work, queries, tokens, secrets, clock, policy }: RefreshSessionDeps) =>
  ({
    act,
    refreshToken,
    userAgent,
  }: RefreshSession): TaskEither<TokenRefused | NotFound | StoreFailure, TokenPair> =>
    pipe(
      work.run(stores => {
        const { sessions } = stores
        const now = clock.now()
        return pipe(
          sessions.byRefreshToken(secrets.hashOf(refreshToken)),
          TE.flatMap((found): TaskEither<never, Outcome> => {
            if (found === null) return TE.right({ kind: 'refused', reason: 'malformed' })
            const { session, token } = found
            if (token.spentAt !== null) {
              return pipe(
                endSessions(stores, act, { memberId: session.memberId, only: session.id }, 'reuse', now),
                TE.map((): Outcome => ({ kind: 'refused', reason: 'revoked' })),
              )
            }
            if (!isLive(session, now)) {
              return TE.right({ kind: 'refused', reason: session.endedAt === null ? 'expired' : 'revoked' })
            }
            const { secret, hash } = secrets.make()
            const goesOn = goneOn(policy, session, { address: act.address, userAgent }, now)
            return pipe(
              sessions.rotate(
                goesOn,
                { ...token, spentAt: now },
                { hash, sessionId: session.id, createdAt: now, spentAt: null },
              ),
              TE.map((): Outcome => ({
                kind: 'rotated',
                session: goesOn,
                secret,
                left: secondsLeft(goesOn, now),
              })),
            )
          }),
        )
      }),
      TE.flatMap((outcome): TaskEither<TokenRefused | NotFound | StoreFailure, TokenPair> => {
        if (outcome.kind === 'refused') return TE.left({ type: 'TokenRefused', reason: outcome.reason })
        const { session, secret, left } = outcome
        const { memberId, id: sessionId } = session
        return pipe(
          TE.Do,
          TE.bindW('account', () => stillIn(queries, sessionId, clock)),
          TE.bindW('accessToken', () => tokens.issue({ memberId, sessionId })),
          TE.map(({ account, accessToken }) => ({
            accessToken,
            expiresIn: tokens.lifetime,
            refreshToken: secret,
            refreshExpiresIn: left,
            account,
          })),
        )
      }),
    )

/** A member who was deactivated since is not let in again. */
const stillIn = (
  queries: RefreshSessionDeps['queries'],
  sessionId: SessionId,
  clock: Clock,
): TaskEither<TokenRefused | StoreFailure, Account> =>
  pipe(
    queries.sessionAccount(sessionId, clock.now()),
    TE.flatMap(account =>
      account === null
        ? TE.left<TokenRefused>({ type: 'TokenRefused', reason: 'revoked' })
        : TE.right(account),
    ),
  )
