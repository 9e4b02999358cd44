/** AUT-1: a login gives a session, an access token and a refresh token. */
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Conflict, NotFound } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { Act } from '../actor.ts'
import { openSession } from '../open-session.ts'
import type { OpenSessionDeps, TokenPair } from '../open-session.ts'
import type { RenewHash } from '../renew-hash.ts'
import type { Credentials, IdentityQueries, PasswordHashing } from '../ports.ts'

export interface LogIn {
  readonly act: Act
  /** User name or e-mail address, normalised. */
  readonly login: string
  readonly password: string
  /** What the client says it is. */
  readonly userAgent: string | null
}

/** Wrong name, wrong password, no password or no entry: which of them is not told. */
export interface InvalidCredentials {
  readonly type: 'InvalidCredentials'
}

export interface LogInDeps extends OpenSessionDeps {
  readonly queries: Pick<IdentityQueries, 'credentials' | 'account'>
  readonly passwords: PasswordHashing
  readonly renewHash: RenewHash
}

export const logIn =
  (deps: LogInDeps) =>
  ({
    act,
    login,
    password,
    userAgent,
  }: LogIn): TaskEither<InvalidCredentials | NotFound | Conflict | StoreFailure, TokenPair> =>
    pipe(
      TE.Do,
      TE.bindW('credentials', () => deps.queries.credentials(login)),
      TE.bindW('matches', ({ credentials }) =>
        deps.passwords.verify(password, credentials?.passwordHash ?? null),
      ),
      TE.bindW('memberId', ({ credentials, matches }) => letIn(credentials, matches)),
      TE.bindW('account', ({ memberId }) => deps.queries.account(memberId)),
      TE.bindW(
        'tokens',
        ({ account }): TaskEither<InvalidCredentials | NotFound | Conflict | StoreFailure, TokenPair> =>
          openSession(deps)({ account, act, userAgent }),
      ),
      TE.tap(({ memberId, credentials }) =>
        deps.renewHash({ memberId, password, hash: credentials?.passwordHash ?? null }),
      ),
      TE.map(({ tokens }) => tokens),
    )

const letIn = (credentials: Credentials | null, matches: boolean) =>
  credentials !== null && credentials.passwordHash !== null && credentials.active && matches
    ? TE.right(credentials.memberId)
    : TE.left<InvalidCredentials>({ type: 'InvalidCredentials' })
