/** AUT-7, MEM-1: a mail is asked for by which a password is set anew: by somebody who forgot his, or for a member by staff. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Ids, MemberId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { mostForMember, newToken } from '../account-token.ts'
import type { AccountToken, AccountTokenId } from '../account-token.ts'
import type { Act } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import { accountMailQueued } from '../events.ts'
import { withinNetworkLimit } from '../network-uses.ts'
import type { NetworkLimit } from '../network-uses.ts'
import { mailAsked } from '../password-audit.ts'
import type { PasswordStores, TokenTexts } from '../password-ports.ts'
import { permitted } from '../permissions.ts'

export interface AskForResetDeps {
  readonly work: UnitOfWork<PasswordStores & AuditStores>
  readonly ids: Ids
  readonly texts: TokenTexts
  /** Library time. */
  readonly clock: Clock
  readonly realClock: Clock
}

interface Asked {
  readonly id: AccountTokenId
  readonly whose: Pick<AccountToken, 'memberId' | 'email' | 'byStranger'>
  readonly act: Act
}

const queued = (
  { texts, clock }: AskForResetDeps,
  { accountTokens }: PasswordStores,
  { id, whose, act }: Asked,
  now: Instant,
): TaskEither<never, void> =>
  accountTokens.add(
    newToken({ id, purpose: 'reset_password', ...whose, address: act.address, nonce: texts.nonce() }, now),
    [accountMailQueued(id, clock.now())],
    act,
  )

export interface ForgetPassword {
  readonly act: Act
  /** Normalised. */
  readonly email: string
}

/**
 * Whether there is such an account is not looked up here, so that neither the answer nor its time tells it: one row is written in any
 * case. From a network that asked too often none is.
 */
export const forgotPassword =
  (deps: AskForResetDeps & NetworkLimit) =>
  ({ act, email }: ForgetPassword): TaskEither<StoreFailure, void> =>
    pipe(
      withinNetworkLimit(deps)('mail', act),
      TE.flatMap(() => deps.ids.next('account_token')),
      TE.flatMap(id =>
        deps.work.run(stores =>
          queued(
            deps,
            stores,
            { id, whose: { memberId: null, email, byStranger: true }, act },
            deps.realClock.now(),
          ),
        ),
      ),
      TE.orElse((refused): TaskEither<StoreFailure, void> =>
        refused.type === 'TooManyUses' ? TE.right(undefined) : TE.left(refused),
      ),
    )

export interface MailReset {
  readonly act: Act
  readonly memberId: MemberId
}

/**
 * For a member, by himself or by staff: the mail goes to his address, so that whoever asks gets nothing by it. Where enough of these lie
 * open none is added, and nobody is told.
 */
export const mailReset =
  (deps: AskForResetDeps) =>
  ({ act, memberId }: MailReset): TaskEither<NotFound | PermissionDenied | StoreFailure, void> =>
    pipe(
      deps.ids.next('account_token'),
      TE.flatMap((id): TaskEither<NotFound | PermissionDenied | StoreFailure, void> =>
        deps.work.run(stores => {
          const now = deps.realClock.now()
          const of = { memberId, purpose: 'reset_password', byStranger: false, before: null } as const
          return pipe(
            stores.passwordHolders.get(memberId),
            TE.flatMap((): TaskEither<NotFound | PermissionDenied, void> =>
              TE.fromEither(permitted(act.actor, 'member:reset-password', { memberId })),
            ),
            TE.flatMap(() => stores.accountTokens.countOpen(of, now)),
            TE.flatMap(open =>
              open < mostForMember
                ? pipe(
                    queued(
                      deps,
                      stores,
                      { id, whose: { memberId, email: null, byStranger: false }, act },
                      now,
                    ),
                    TE.tap(() => stores.audit.record(act, mailAsked(memberId, 'reset_password'))),
                  )
                : TE.right(undefined),
            ),
          )
        }),
      ),
    )
