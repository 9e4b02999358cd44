/** AUT-1: a login gives a session, an access token and a refresh token. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Ids } from '../../shared/id.ts'
import { instant } from '../../shared/local-time.ts'
import type { NotFound } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type {
  AccessTokens,
  Account,
  Credentials,
  IdentityQueries,
  IdentityStores,
  PasswordHashing,
  Secrets,
} from '../ports.ts'

export interface LogIn {
  /** User name or e-mail address, normalised. */
  readonly login: string
  readonly password: string
}

/** Wrong name, wrong password, no password or no entry: which of them is not told. */
export interface InvalidCredentials {
  readonly type: 'InvalidCredentials'
}

export interface TokenPair {
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
  readonly refreshToken: string
  /** Seconds. */
  readonly refreshExpiresIn: number
  readonly account: Account
}

export interface LogInDeps {
  readonly work: UnitOfWork<IdentityStores>
  readonly queries: Pick<IdentityQueries, 'credentials' | 'account'>
  readonly passwords: PasswordHashing
  readonly tokens: AccessTokens
  readonly secrets: Secrets
  readonly ids: Ids
  /** Real time: sessions do not go by the library's. */
  readonly clock: Clock
}

export const logIn =
  ({ work, queries, passwords, tokens, secrets, ids, clock }: LogInDeps) =>
  ({ login, password }: LogIn): TaskEither<InvalidCredentials | NotFound | StoreFailure, TokenPair> =>
    pipe(
      TE.Do,
      TE.bindW('credentials', () => queries.credentials(login)),
      TE.bindW('matches', ({ credentials }) => passwords.verify(password, credentials?.passwordHash ?? null)),
      TE.bindW('memberId', ({ credentials, matches }) => letIn(credentials, matches)),
      TE.bindW('account', ({ memberId }) => queries.account(memberId)),
      TE.bindW('sessionId', () => ids.next('session')),
      TE.bindW('refresh', ({ sessionId, memberId }) => {
        const now = clock.now()
        const { secret, hash } = secrets.make()
        const expiresAt = instant(now + secrets.refreshLifetime * 1000)
        return pipe(
          work.run(({ sessions }) =>
            sessions.open(
              { id: sessionId, memberId, createdAt: now, expiresAt, endedAt: null },
              { hash, sessionId, createdAt: now, spentAt: null },
            ),
          ),
          TE.map(() => secret),
        )
      }),
      TE.bindW('accessToken', ({ memberId, sessionId }) => tokens.issue({ memberId, sessionId })),
      TE.map(({ account, refresh, accessToken }) => ({
        accessToken,
        expiresIn: tokens.lifetime,
        refreshToken: refresh,
        refreshExpiresIn: secrets.refreshLifetime,
        account,
      })),
    )

const letIn = (credentials: Credentials | null, matches: boolean) =>
  credentials !== null && credentials.passwordHash !== null && credentials.active && matches
    ? TE.right(credentials.memberId)
    : TE.left<InvalidCredentials>({ type: 'InvalidCredentials' })
