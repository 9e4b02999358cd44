/** Whoever shows a token of a mail reads what is sent to that address. */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { Instant } from '../shared/local-time.ts'
import type { AccountToken, TokenPurpose } from './account-token.ts'
import type { Holder, PasswordStores, TokenTexts } from './password-ports.ts'
import type { TokenRefused } from './ports.ts'

export interface Shown {
  readonly token: AccountToken
  readonly holder: Holder
}

const refused = (reason: TokenRefused['reason']): TaskEither<TokenRefused, never> =>
  TE.left({ type: 'TokenRefused', reason })

/**
 * The token that a text is, and whose: it was made here, for this purpose, for the e-mail address that he still has. That it is spent or
 * has run out is told to nobody who does not have it. Inside a unit of work its member is locked.
 */
export const shownToken =
  (texts: TokenTexts, { passwordHolders, accountTokens }: PasswordStores) =>
  (purpose: TokenPurpose, text: string, now: Instant): TaskEither<TokenRefused, Shown> => {
    const id = texts.read(text)
    if (id === null) return refused('malformed')
    return pipe(
      accountTokens.get(id),
      TE.flatMap((token): TaskEither<TokenRefused, Shown> => {
        if (token?.purpose !== purpose || token.memberId === null) return refused('malformed')
        return pipe(
          passwordHolders.get(token.memberId),
          TE.mapLeft((): TokenRefused => ({ type: 'TokenRefused', reason: 'malformed' })),
          TE.flatMap((holder): TaskEither<TokenRefused, Shown> => {
            if (!texts.same(texts.write(token, holder.email), text)) return refused('malformed')
            if (token.spentAt !== null || holder.status === 'deactivated') return refused('revoked')
            return now < token.expiresAt ? TE.right({ token, holder }) : refused('expired')
          }),
        )
      }),
    )
  }

/** It is good no more; of two who show it at once one is too late. */
export const spent = (
  { accountTokens }: PasswordStores,
  { token }: Shown,
  now: Instant,
): TaskEither<TokenRefused, void> =>
  pipe(
    accountTokens.spend(token.id, now),
    TE.flatMap(first => (first ? TE.right(undefined) : refused('revoked'))),
  )
