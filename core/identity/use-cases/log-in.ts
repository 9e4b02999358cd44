/** AUT-1: a login gives a session, an access token and a refresh token. */
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Instant } from '../../shared/local-time.ts'
import type { Conflict, NotFound } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import { countedGuess } from '../counted-guess.ts'
import type { AccountIsLocked, LockoutDeps, TooManyFailures } from '../counted-guess.ts'
import { openSession } from '../open-session.ts'
import type { OpenSession, OpenSessionDeps, StandingChanged, TokenPair } from '../open-session.ts'
import { passSecondFactor } from '../pass-second-factor.ts'
import type { PassSecondFactorDeps } from '../pass-second-factor.ts'
import type { Account, Credentials, IdentityQueries, IdentityStores, PasswordHashing } from '../ports.ts'
import type { RenewHash } from '../renew-hash.ts'
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
  readonly renewHash: RenewHash
  readonly lockout: LockoutDeps
}

const invalid: InvalidCredentials = { type: 'InvalidCredentials' }

type NotLetIn = InvalidCredentials | MfaRequired | MfaInvalid | NotFound | StoreFailure

export type LogInError = NotLetIn | AccountIsLocked | TooManyFailures | Conflict

/** Of the second factor nothing is told before the password was right. */
export const logIn =
  (deps: LogInDeps) =>
  ({ act, login, password, otp, userAgent }: LogIn): TaskEither<LogInError, TokenPair> =>
    pipe(
      TE.Do,
      TE.bindW('credentials', () => deps.queries.credentials(login)),
      TE.bindW('letIn', ({ credentials }) =>
        countedGuess(deps.lockout)(
          { act, memberId: credentials?.memberId ?? null, login, isWrong },
          // A code is good once: while the account is locked none is looked at, as though none had been sent.
          locked => shown(deps, { act, credentials, password, otp: locked ? null : otp }),
        ),
      ),
      TE.bindW('tokens', ({ letIn }) => opened(deps, { ...letIn, act, userAgent }, password)),
      TE.tap(({ letIn: { account, standing } }) =>
        deps.renewHash({ memberId: account.memberId, password, hash: standing.passwordHash }),
      ),
      TE.map(({ tokens }) => tokens),
    )

/**
 * The session is opened for as long as nothing has changed since. Another hash may be of the same password: it is made anew at a login,
 * and two may log in at once.
 */
const opened = (
  deps: LogInDeps,
  open: OpenSession,
  password: string,
): TaskEither<InvalidCredentials | Conflict | StoreFailure, TokenPair> =>
  pipe(
    openSession(deps)(open),
    TE.orElse((refused): TaskEither<StandingChanged | Conflict | StoreFailure, TokenPair> => {
      if (refused.type !== 'StandingChanged') return TE.left(refused)
      const { passwordHash } = refused.present
      return pipe(
        deps.passwords.verify(password, passwordHash),
        TE.flatMap(matches =>
          matches
            ? openSession(deps)({ ...open, standing: { ...open.standing, passwordHash } })
            : TE.left(refused),
        ),
      )
    }),
    TE.mapLeft(refused => (refused.type === 'StandingChanged' ? invalid : refused)),
  )

interface Showing extends Pick<LogIn, 'act' | 'password' | 'otp'> {
  readonly credentials: Credentials | null
}

/** All that somebody shows to be let in, each of which may be wrong. */
const shown = (
  deps: LogInDeps,
  { act, credentials, password, otp }: Showing,
): TaskEither<NotLetIn, Pick<OpenSession, 'account' | 'standing'>> =>
  pipe(
    TE.Do,
    // Begun when it may be looked at, not before: it is what costs.
    TE.flatMap(() => deps.passwords.verify(password, credentials?.passwordHash ?? null)),
    TE.flatMap((matches): TaskEither<NotLetIn, Credentials> => letIn(credentials, matches)),
    TE.bindTo('known'),
    TE.bind('account', ({ known }): TaskEither<NotLetIn, Account> => deps.queries.account(known.memberId)),
    TE.bind('secondFactorSince', ({ account }): TaskEither<NotLetIn, Instant | null> =>
      passSecondFactor(deps)({ account, act, otp }),
    ),
    TE.map(({ known: { passwordHash, active }, account, secondFactorSince }) => ({
      account,
      standing: { passwordHash, active, secondFactorSince },
    })),
  )

/** A code that is missing yet is no guess. */
const isWrong = ({ type }: NotLetIn): boolean => type === 'InvalidCredentials' || type === 'MfaInvalid'

const letIn = (credentials: Credentials | null, matches: boolean) =>
  credentials !== null && credentials.passwordHash !== null && credentials.active && matches
    ? TE.right(credentials)
    : TE.left(invalid)
