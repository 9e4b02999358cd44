/** AUT-7: a hash that was made at another cost, or with a key that was changed, is made anew when its password is known: at a login. */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { MemberId } from '../shared/id.ts'
import type { UnitOfWork } from '../shared/unit-of-work.ts'
import type { HashAge, PasswordStores } from './password-ports.ts'
import type { PasswordHashing } from './ports.ts'

export interface RenewHashDeps {
  readonly work: UnitOfWork<Pick<PasswordStores, 'passwordHolders'>>
  readonly passwords: Pick<PasswordHashing, 'hash'> & HashAge
}

export interface KnownPassword {
  readonly memberId: MemberId
  /** The one that was right just now. */
  readonly password: string
  readonly hash: string | null
}

/** Whether it can be kept or not: who gave the right password is in. */
export const renewHash =
  ({ work, passwords }: RenewHashDeps) =>
  ({ memberId, password, hash }: KnownPassword): TaskEither<never, void> =>
    hash === null || !passwords.isOutdated(hash)
      ? TE.right(undefined)
      : pipe(
          passwords.hash(password),
          TE.flatMap(renewed =>
            work.run(({ passwordHolders }) => passwordHolders.renewHash(memberId, hash, renewed)),
          ),
          TE.orElseW(() => TE.right(undefined)),
        )

export type RenewHash = ReturnType<typeof renewHash>
