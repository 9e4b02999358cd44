/** AUT-1: a refresh token is good once; shown again, it ends the whole session. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId, SessionId } from '../../shared/id.ts'
import type { NotFound } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type {
  AccessTokens,
  Account,
  IdentityQueries,
  IdentityStores,
  Secrets,
  TokenRefused,
} from '../ports.ts'
import { isLive } from '../session.ts'

export interface RefreshSessionDeps {
  readonly work: UnitOfWork<IdentityStores>
  readonly queries: Pick<IdentityQueries, 'sessionAccount'>
  readonly tokens: AccessTokens
  readonly secrets: Secrets
  /** Real time. */
  readonly clock: Clock
}

export interface Refreshed {
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
  readonly refreshToken: string
  /** Seconds that are left of the session. */
  readonly refreshExpiresIn: number
  readonly account: Account
}

/** What must be remembered although the answer is no: the end of the session is a Right of the unit of work. */
type Outcome =
  | { readonly kind: 'refused'; readonly reason: TokenRefused['reason'] }
  | {
      readonly kind: 'rotated'
      readonly memberId: MemberId
      readonly sessionId: SessionId
      readonly secret: string
      readonly secondsLeft: number
    }

export const refreshSession =
  ({ work, queries, tokens, secrets, clock }: RefreshSessionDeps) =>
  (refreshToken: string): TaskEither<TokenRefused | NotFound | StoreFailure, Refreshed> =>
    pipe(
      work.run(({ sessions }) => {
        const now = clock.now()
        return pipe(
          sessions.byRefreshToken(secrets.hashOf(refreshToken)),
          TE.flatMap((found): TaskEither<never, Outcome> => {
            if (found === null) return TE.right({ kind: 'refused', reason: 'malformed' })
            const { session, token } = found
            if (token.spentAt !== null) {
              return pipe(
                sessions.end({ sessionId: session.id }, now),
                TE.map((): Outcome => ({ kind: 'refused', reason: 'revoked' })),
              )
            }
            if (!isLive(session, now)) {
              return TE.right({ kind: 'refused', reason: session.endedAt === null ? 'expired' : 'revoked' })
            }
            const { secret, hash } = secrets.make()
            return pipe(
              sessions.rotate(
                { ...token, spentAt: now },
                { hash, sessionId: session.id, createdAt: now, spentAt: null },
              ),
              TE.map((): Outcome => ({
                kind: 'rotated',
                memberId: session.memberId,
                sessionId: session.id,
                secret,
                secondsLeft: Math.floor((session.expiresAt - now) / 1000),
              })),
            )
          }),
        )
      }),
      TE.flatMap((outcome): TaskEither<TokenRefused | NotFound | StoreFailure, Refreshed> => {
        if (outcome.kind === 'refused') return TE.left({ type: 'TokenRefused', reason: outcome.reason })
        const { memberId, sessionId, secret, secondsLeft } = outcome
        return pipe(
          TE.Do,
          TE.bindW('account', () => stillIn(queries, sessionId, clock)),
          TE.bindW('accessToken', () => tokens.issue({ memberId, sessionId })),
          TE.map(({ account, accessToken }) => ({
            accessToken,
            expiresIn: tokens.lifetime,
            refreshToken: secret,
            refreshExpiresIn: secondsLeft,
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
