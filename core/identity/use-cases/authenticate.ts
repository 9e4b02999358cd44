/** Who acts: a token is verified, and its session must still go on. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { SessionId } from '../../shared/id.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import { memberActing } from '../account.ts'
import type { MemberActing } from '../account.ts'
import type { AccessTokens, Account, IdentityQueries, TokenRefused } from '../ports.ts'

export interface Authenticated {
  readonly actor: MemberActing
  readonly account: Account
  readonly sessionId: SessionId
}

export interface AuthenticateDeps {
  readonly tokens: AccessTokens
  readonly queries: Pick<IdentityQueries, 'sessionAccount'>
  /** Real time. */
  readonly clock: Clock
}

/** The role, the desk and the second factor are read with the session, so that a change of them counts from the next request on. */
export const authenticate =
  ({ tokens, queries, clock }: AuthenticateDeps) =>
  (token: string): TaskEither<TokenRefused | StoreFailure, Authenticated> =>
    pipe(
      tokens.verify(token),
      TE.flatMap(({ sessionId, memberId }) =>
        pipe(
          queries.sessionAccount(sessionId, clock.now()),
          TE.flatMap((account): TaskEither<TokenRefused | StoreFailure, Authenticated> =>
            account?.memberId === memberId
              ? TE.right({
                  actor: memberActing(account),
                  account,
                  sessionId,
                })
              : TE.left({ type: 'TokenRefused', reason: 'revoked' }),
          ),
        ),
      ),
    )
