/** AUT-7: a mail that is handed on gets its address and its token: here, and kept nowhere. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Ids, MemberId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import type { NotFound } from '../../shared/refusal.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { mostForMember, newToken } from '../account-token.ts'
import type { AccountToken, AccountTokenId } from '../account-token.ts'
import { anonymous } from '../actor.ts'
import type { AuditStores } from '../audit.ts'
import { mailAddressed } from '../password-audit.ts'
import type { Holder, PasswordStores, TokenTexts } from '../password-ports.ts'

/** What a mail is for: a token that was asked for, or the address of somebody who registered himself. */
export type LetterFor = { readonly tokenId: AccountTokenId } | { readonly newMember: MemberId }

export interface Letter {
  readonly memberId: MemberId
  /** His e-mail address. */
  readonly to: string
  readonly token: string
  readonly expiresAt: Instant
}

export interface WriteLetterDeps {
  readonly work: UnitOfWork<PasswordStores & AuditStores>
  readonly ids: Ids
  readonly texts: TokenTexts
  /** Real time. */
  readonly clock: Clock
}

type Stores = PasswordStores & AuditStores

/**
 * null where nothing is to be sent: nobody has the address, he may not get in, or he got enough of them. Asked again for the same it
 * writes the same, so that a mail that was not taken is sent again as it was.
 */
export const writeLetter =
  ({ work, ids, texts, clock }: WriteLetterDeps) =>
  (reason: LetterFor): TaskEither<StoreFailure, Letter | null> => {
    const letterOf = (token: AccountToken, { memberId, email }: Holder): Letter => ({
      memberId,
      to: email,
      token: texts.write(token, email),
      expiresAt: token.expiresAt,
    })
    const asked = (stores: Stores, tokenId: AccountTokenId): TaskEither<never, Letter | null> => {
      const now = clock.now()
      return pipe(
        stores.accountTokens.get(tokenId),
        TE.flatMap((token): TaskEither<never, Letter | null> => {
          if (token?.spentAt !== null || token.expiresAt <= now) return nothing
          return pipe(
            ownerOf(stores, token),
            TE.flatMap(holder =>
              holder === null || token.sentAt !== null
                ? TE.right(holder)
                : withinLimit(stores, token, holder, now),
            ),
            TE.flatMap((holder): TaskEither<never, Letter | null> =>
              holder === null
                ? pipe(
                    stores.accountTokens.save({ ...token, email: null, spentAt: now }),
                    TE.map(() => null),
                  )
                : pipe(
                    stores.accountTokens.save({
                      ...token,
                      memberId: holder.memberId,
                      email: null,
                      sentAt: token.sentAt ?? now,
                    }),
                    // Once, however often the notifier does not take it.
                    TE.tap(() =>
                      token.sentAt === null
                        ? stores.audit.record(askedBy(token), mailAddressed(holder.memberId, token.purpose))
                        : TE.right(undefined),
                    ),
                    TE.map(() => letterOf(token, holder)),
                  ),
            ),
          )
        }),
      )
    }
    const welcome = (
      stores: Stores,
      memberId: MemberId,
      id: AccountTokenId,
    ): TaskEither<never, Letter | null> => {
      const now = clock.now()
      return pipe(
        orNobody(stores.passwordHolders.get(memberId)),
        TE.flatMap((holder): TaskEither<never, Letter | null> => {
          if (holder?.status !== 'pending') return nothing
          return pipe(
            stores.accountTokens.open(memberId, 'verify_email', now),
            TE.flatMap((open): TaskEither<never, AccountToken> => {
              if (open !== null) return TE.right(open)
              const token = {
                ...newToken(
                  {
                    id,
                    purpose: 'verify_email',
                    memberId,
                    email: null,
                    address: null,
                    nonce: texts.nonce(),
                    byStranger: false,
                  },
                  now,
                ),
                sentAt: now,
              }
              return pipe(
                stores.accountTokens.add(token, [], askedBy(token)),
                TE.tap(() => stores.audit.record(askedBy(token), mailAddressed(memberId, token.purpose))),
                TE.map(() => token),
              )
            }),
            TE.map(token => letterOf(token, holder)),
          )
        }),
      )
    }
    return 'tokenId' in reason
      ? work.run(stores => asked(stores, reason.tokenId))
      : pipe(
          ids.next('account_token'),
          TE.flatMap(id => work.run(stores => welcome(stores, reason.newMember, id))),
        )
  }

const nothing: TaskEither<never, null> = TE.right(null)

/** Whoever asked is not known, but where from. */
const askedBy = ({ address }: AccountToken) => ({
  actor: anonymous,
  requestId: null,
  address,
  expects: null,
})

const orNobody = <A>(found: TaskEither<NotFound, A>): TaskEither<never, A | null> =>
  pipe(
    found,
    TE.orElseW(() => TE.right(null)),
  )

/** Locks him. */
const ownerOf = (
  { passwordHolders }: PasswordStores,
  { memberId, email }: AccountToken,
): TaskEither<never, Holder | null> =>
  pipe(
    memberId === null && email !== null ? passwordHolders.byEmail(email) : TE.right(memberId),
    TE.flatMap(found => (found === null ? TE.right(null) : orNobody(passwordHolders.get(found)))),
    TE.map(holder => (holder?.status === 'deactivated' ? null : holder)),
  )

/** Nobody's box is flooded: null for the one too many. Of his own and the staff's that was looked at when they asked. */
const withinLimit = (
  { accountTokens }: PasswordStores,
  token: AccountToken,
  holder: Holder,
  now: Instant,
): TaskEither<never, Holder | null> =>
  token.byStranger
    ? pipe(
        accountTokens.countOpen(
          { memberId: holder.memberId, purpose: token.purpose, byStranger: true, before: token },
          now,
        ),
        TE.map(count => (count < mostForMember ? holder : null)),
      )
    : TE.right(holder)
