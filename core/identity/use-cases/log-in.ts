/** AUT-1: a login gives a session, an access token and a refresh token. */
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId } from '../../shared/id.ts'
import type { Conflict, NotFound } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { Act } from '../actor.ts'
import { countedGuess } from '../counted-guess.ts'
import type { AccountIsLocked, LockoutDeps, TooManyFailures } from '../counted-guess.ts'
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
  readonly lockout: LockoutDeps
}

export type LogInError =
  InvalidCredentials | AccountIsLocked | TooManyFailures | NotFound | Conflict | StoreFailure

export const logIn =
  (deps: LogInDeps) =>
  ({ act, login, password, userAgent }: LogIn): TaskEither<LogInError, TokenPair> =>
    pipe(
      TE.Do,
      TE.bindW('credentials', () => deps.queries.credentials(login)),
      TE.bindW('memberId', ({ credentials }) =>
        countedGuess(deps.lockout)(
          { act, memberId: credentials?.memberId ?? null, login, isWrong },
          shown(deps, credentials, password),
        ),
      ),
      TE.bindW('account', ({ memberId }) => deps.queries.account(memberId)),
      TE.bindW('tokens', ({ account }) => openSession(deps)({ account, act, userAgent })),
      TE.tap(({ memberId, credentials }) =>
        deps.renewHash({ memberId, password, hash: credentials?.passwordHash ?? null }),
      ),
      TE.map(({ tokens }) => tokens),
    )

/** All that somebody shows to be let in, each of which may be wrong. */
const shown = (
  { passwords }: Pick<LogInDeps, 'passwords'>,
  credentials: Credentials | null,
  password: string,
): TaskEither<InvalidCredentials, MemberId> =>
  pipe(
    TE.Do,
    // Begun when it may be looked at, not before: it is what costs.
    TE.flatMap(() => passwords.verify(password, credentials?.passwordHash ?? null)),
    TE.flatMap(matches => letIn(credentials, matches)),
  )

/** Whatever part of it: he is told of none. */
const isWrong = (): boolean => true

const letIn = (credentials: Credentials | null, matches: boolean) =>
  credentials !== null && credentials.passwordHash !== null && credentials.active && matches
    ? TE.right(credentials.memberId)
    : TE.left<InvalidCredentials>({ type: 'InvalidCredentials' })
