/** AUT-7: a member who knows his password takes another one. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId } from '../../shared/id.ts'
import type { InvalidInput, NotFound } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import { setNewPassword } from '../new-password.ts'
import type { FitPassword } from '../password-policy.ts'
import type { PasswordStores } from '../password-ports.ts'
import type { IdentityStores, PasswordHashing } from '../ports.ts'
import { showPassword, wrongPassword } from '../shown-password.ts'
import type { NotShown, ShowPasswordDeps } from '../shown-password.ts'

export interface ChangePassword {
  readonly act: Act
  readonly memberId: MemberId
  readonly currentPassword: string
  readonly newPassword: string
}

export type ChangePasswordError = NotShown | InvalidInput | NotFound | StoreFailure

export interface ChangePasswordDeps extends ShowPasswordDeps {
  readonly work: UnitOfWork<PasswordStores & IdentityStores & AuditStores>
  readonly passwords: PasswordHashing
  readonly fitPassword: FitPassword
  /** Library time. */
  readonly clock: Clock
  readonly realClock: Clock
}

/** The slow parts come before the unit of work. The new one is looked at only by whoever knows the old one. */
export const changePassword =
  (deps: ChangePasswordDeps) =>
  ({
    act,
    memberId,
    currentPassword,
    newPassword,
  }: ChangePassword): TaskEither<ChangePasswordError, void> => {
    const { work, passwords, fitPassword, clock, realClock } = deps
    return pipe(
      TE.Do,
      TE.bindW('holder', () => showPassword(deps)({ act, memberId, password: currentPassword })),
      TE.tap(({ holder }): TaskEither<ChangePasswordError, void> =>
        fitPassword('new_password', newPassword, holder),
      ),
      TE.bindW('hash', () => passwords.hash(newPassword)),
      TE.flatMap(({ holder, hash }) =>
        work.run(stores =>
          pipe(
            stores.passwordHolders.get(memberId),
            // Of two changes at once the second was asked for with a password that is one no more.
            TE.flatMap((present): TaskEither<NotShown, void> =>
              present.passwordHash === holder.passwordHash ? TE.right(undefined) : TE.left(wrongPassword),
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
  }
