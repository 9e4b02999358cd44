/** AUT-7: whoever reads the mail of an account sets its password anew. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { InvalidInput } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import type { LockoutStores } from '../lockout-ports.ts'
import { setNewPassword } from '../new-password.ts'
import { emailVerified } from '../password-audit.ts'
import type { FitPassword } from '../password-policy.ts'
import type { PasswordStores, TokenTexts } from '../password-ports.ts'
import type { IdentityStores, PasswordHashing, TokenRefused } from '../ports.ts'
import { shownToken, spent } from '../shown-token.ts'
import { unlocked } from '../unlocking.ts'

export interface ResetPassword {
  readonly act: Act
  readonly token: string
  readonly password: string
}

export type ResetPasswordError = TokenRefused | InvalidInput | StoreFailure

export interface ResetPasswordDeps {
  readonly work: UnitOfWork<PasswordStores & IdentityStores & LockoutStores & AuditStores>
  readonly look: UnitOfWork<PasswordStores>
  readonly passwords: Pick<PasswordHashing, 'hash'>
  readonly fitPassword: FitPassword
  readonly texts: TokenTexts
  /** Library time. */
  readonly clock: Clock
  readonly realClock: Clock
}

/**
 * Nobody is logged in by it: a second factor is asked for as before. What was guessed wrongly at the account is forgotten. One who was
 * pending has shown that the address is his.
 */
export const resetPassword =
  ({ work, look, passwords, fitPassword, texts, clock, realClock }: ResetPasswordDeps) =>
  ({ act, token, password }: ResetPassword): TaskEither<ResetPasswordError, void> =>
    pipe(
      TE.Do,
      TE.bindW('first', () =>
        look.run(stores => shownToken(texts, stores)('reset_password', token, realClock.now())),
      ),
      TE.tap(({ first }): TaskEither<ResetPasswordError, void> =>
        fitPassword('password', password, first.holder),
      ),
      TE.bindW('hash', () => passwords.hash(password)),
      TE.flatMap(({ first, hash }) =>
        work.run(stores => {
          const [at, now] = [clock.now(), realClock.now()]
          return pipe(
            // The counts are locked before the member, as at a login.
            unlocked(stores, act, first.holder.memberId, 'new_password'),
            TE.flatMap(() => shownToken(texts, stores)('reset_password', token, now)),
            TE.tap(shown => spent(stores, shown, now)),
            TE.flatMap(({ holder: { memberId } }) =>
              pipe(
                setNewPassword(stores, act, { memberId, hash, by: 'mail', at, now }),
                TE.flatMap(() => stores.passwordHolders.verify(memberId)),
                TE.flatMap(wasPending =>
                  wasPending ? stores.audit.record(act, emailVerified(memberId)) : TE.right(undefined),
                ),
              ),
            ),
          )
        }),
      ),
    )
