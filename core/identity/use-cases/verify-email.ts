/** AUT-7: whoever registered himself shows that the e-mail address is his, and may borrow. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import { emailVerified } from '../password-audit.ts'
import type { PasswordStores, TokenTexts } from '../password-ports.ts'
import type { TokenRefused } from '../ports.ts'
import { shownToken, spent } from '../shown-token.ts'

export interface VerifyEmail {
  readonly act: Act
  readonly token: string
}

export interface VerifyEmailDeps {
  readonly work: UnitOfWork<PasswordStores & AuditStores>
  readonly texts: TokenTexts
  /** Real time. */
  readonly clock: Clock
}

export const verifyEmail =
  ({ work, texts, clock }: VerifyEmailDeps) =>
  ({ act, token }: VerifyEmail): TaskEither<TokenRefused | StoreFailure, void> =>
    work.run(stores => {
      const now = clock.now()
      return pipe(
        shownToken(texts, stores)('verify_email', token, now),
        TE.tap(shown => spent(stores, shown, now)),
        TE.flatMap(({ holder: { memberId } }) =>
          pipe(
            stores.passwordHolders.verify(memberId),
            TE.flatMap(wasPending =>
              wasPending ? stores.audit.record(act, emailVerified(memberId)) : TE.right(undefined),
            ),
          ),
        ),
      )
    })
