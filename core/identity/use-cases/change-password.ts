/** AUT-7: a member who knows his password takes another one. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId } from '../../shared/id.ts'
import type { InvalidInput, NotFound } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import { countedGuess } from '../counted-guess.ts'
import type { AccountIsLocked, LockoutDeps, TooManyFailures } from '../counted-guess.ts'
import { setNewPassword } from '../new-password.ts'
import type { FitPassword } from '../password-policy.ts'
import type { PasswordStores } from '../password-ports.ts'
import type { IdentityStores, PasswordHashing } from '../ports.ts'

export interface ChangePassword {
  readonly act: Act
  readonly memberId: MemberId
  readonly currentPassword: string
  readonly newPassword: string
}

/** Answered as a wrong login is. */
export interface WrongPassword {
  readonly type: 'InvalidCredentials'
}

export type ChangePasswordError =
  WrongPassword | AccountIsLocked | TooManyFailures | InvalidInput | NotFound | StoreFailure

export interface ChangePasswordDeps {
  readonly work: UnitOfWork<PasswordStores & IdentityStores & AuditStores>
  readonly look: UnitOfWork<PasswordStores>
  readonly passwords: PasswordHashing
  readonly fitPassword: FitPassword
  /** Who has no more than somebody's session guesses his password here as little as at the login. */
  readonly lockout: LockoutDeps
  /** Library time. */
  readonly clock: Clock
  readonly realClock: Clock
}

const wrong: WrongPassword = { type: 'InvalidCredentials' }

/** The slow parts come before the unit of work. The new one is looked at only by whoever knows the old one. */
export const changePassword =
  ({ work, look, passwords, fitPassword, lockout, clock, realClock }: ChangePasswordDeps) =>
  ({ act, memberId, currentPassword, newPassword }: ChangePassword): TaskEither<ChangePasswordError, void> =>
    pipe(
      TE.Do,
      TE.bindW('holder', () => look.run(({ passwordHolders }) => passwordHolders.get(memberId))),
      TE.tap(({ holder }): TaskEither<ChangePasswordError, void> =>
        countedGuess(lockout)(
          {
            act,
            memberId,
            login: holder.username,
            isWrong: ({ type }: WrongPassword | StoreFailure) => type === 'InvalidCredentials',
          },
          pipe(
            TE.Do,
            TE.flatMap(() => passwords.verify(currentPassword, holder.passwordHash)),
            TE.flatMap((right): TaskEither<WrongPassword | StoreFailure, void> =>
              right ? TE.right(undefined) : TE.left(wrong),
            ),
          ),
        ),
      ),
      TE.tap(({ holder }): TaskEither<ChangePasswordError, void> =>
        fitPassword('new_password', newPassword, holder),
      ),
      TE.bindW('hash', () => passwords.hash(newPassword)),
      TE.flatMap(({ holder, hash }) =>
        work.run(stores =>
          pipe(
            stores.passwordHolders.get(memberId),
            // Of two changes at once the second was asked for with a password that is one no more.
            TE.flatMap((present): TaskEither<WrongPassword, void> =>
              present.passwordHash === holder.passwordHash ? TE.right(undefined) : TE.left(wrong),
            ),
            TE.flatMap((): TaskEither<ChangePasswordError, void> =>
              setNewPassword(stores, act, {
                memberId,
                hash,
                by: 'password',
                at: clock.now(),
                now: realClock.now(),
              }),
            ),
          ),
        ),
      ),
    )
