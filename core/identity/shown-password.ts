/** AUT-7: somebody in a session shows that he knows its password; a wrong one counts as at the login. */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { MemberId } from '../shared/id.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../shared/unit-of-work.ts'
import type { Act } from './actor.ts'
import { countedGuess } from './counted-guess.ts'
import type { AccountIsLocked, LockoutDeps, TooManyFailures } from './counted-guess.ts'
import type { Holder, PasswordStores } from './password-ports.ts'
import type { PasswordHashing } from './ports.ts'

/** Answered as a wrong login is. */
export interface WrongPassword {
  readonly type: 'InvalidCredentials'
}

export interface ShowPasswordDeps {
  readonly look: UnitOfWork<PasswordStores>
  readonly passwords: Pick<PasswordHashing, 'verify'>
  /** Who has no more than somebody's session guesses his password as little as at the login, and by a counter of its own. */
  readonly lockout: LockoutDeps
}

export interface ShowPassword {
  readonly act: Act
  readonly memberId: MemberId
  readonly password: string
}

export type NotShown = WrongPassword | AccountIsLocked | TooManyFailures | NotFound | StoreFailure

export const wrongPassword: WrongPassword = { type: 'InvalidCredentials' }

/**
 * Before the unit of work, for it is slow.
 * @returns whose password it is, with the hash that it was right for: whoever changes something by it looks whether it is his still
 */
export const showPassword =
  ({ look, passwords, lockout }: ShowPasswordDeps) =>
  ({ act, memberId, password }: ShowPassword): TaskEither<NotShown, Holder> =>
    pipe(
      look.run(({ passwordHolders }) => passwordHolders.get(memberId)),
      TE.tap((holder): TaskEither<NotShown, void> =>
        countedGuess(lockout)(
          {
            act,
            memberId,
            inSession: 'password',
            isWrong: ({ type }: WrongPassword | StoreFailure) => type === 'InvalidCredentials',
          },
          () =>
            pipe(
              passwords.verify(password, holder.passwordHash),
              TE.flatMap((right): TaskEither<WrongPassword | StoreFailure, void> =>
                right ? TE.right(undefined) : TE.left(wrongPassword),
              ),
            ),
        ),
      ),
    )
