/** AUT-1: a login gives a session, an access token and a refresh token. */
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Conflict, NotFound } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import { openSession } from '../open-session.ts'
import type { OpenSessionDeps, TokenPair } from '../open-session.ts'
import { passSecondFactor } from '../pass-second-factor.ts'
import type { PassSecondFactorDeps } from '../pass-second-factor.ts'
import type { Credentials, IdentityQueries, IdentityStores, PasswordHashing } from '../ports.ts'
import type { MfaInvalid, MfaRequired } from '../second-factor.ts'
import type { SecondFactorStores } from '../second-factor-ports.ts'

export interface LogIn {
  readonly act: Act
  /** User name or e-mail address, normalised. */
  readonly login: string
  readonly password: string
  /** A code of the second factor; null: none was sent. */
  readonly otp: string | null
  /** What the client says it is. */
  readonly userAgent: string | null
}

/** Wrong name, wrong password, no password or no entry: which of them is not told. */
export interface InvalidCredentials {
  readonly type: 'InvalidCredentials'
}

export interface LogInDeps extends OpenSessionDeps, Pick<PassSecondFactorDeps, 'secondFactor'> {
  readonly work: UnitOfWork<IdentityStores & SecondFactorStores & AuditStores>
  readonly queries: Pick<IdentityQueries, 'credentials' | 'account'>
  readonly passwords: PasswordHashing
}

export type LogInError = InvalidCredentials | MfaRequired | MfaInvalid | NotFound | Conflict | StoreFailure

/** Of the second factor nothing is told before the password was right. */
export const logIn =
  (deps: LogInDeps) =>
  ({ act, login, password, otp, userAgent }: LogIn): TaskEither<LogInError, TokenPair> =>
    pipe(
      TE.Do,
      TE.bindW('credentials', () => deps.queries.credentials(login)),
      TE.bindW('matches', ({ credentials }) =>
        deps.passwords.verify(password, credentials?.passwordHash ?? null),
      ),
      TE.bindW('memberId', ({ credentials, matches }) => letIn(credentials, matches)),
      TE.bindW('account', ({ memberId }) => deps.queries.account(memberId)),
      TE.tap(({ account }): TaskEither<LogInError, void> => passSecondFactor(deps)({ account, act, otp })),
      TE.flatMap(({ account }): TaskEither<LogInError, TokenPair> =>
        openSession(deps)({ account, act, userAgent }),
      ),
    )

const letIn = (credentials: Credentials | null, matches: boolean) =>
  credentials !== null && credentials.passwordHash !== null && credentials.active && matches
    ? TE.right(credentials.memberId)
    : TE.left<InvalidCredentials>({ type: 'InvalidCredentials' })
