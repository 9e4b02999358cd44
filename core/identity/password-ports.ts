/** What passwords and the mails of an account need of the outside. */
import type { TaskEither } from '../shared/fp.ts'
import type { MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { NotFound } from '../shared/refusal.ts'
import type { AccountToken, AccountTokenId, TokenPurpose } from './account-token.ts'
import type { Act } from './actor.ts'
import type { IdentityEvent } from './events.ts'
import type { KnownOfOwner } from './password-policy.ts'

/** A member as the one whose password it is. */
export interface Holder extends KnownOfOwner {
  readonly memberId: MemberId
  /** null for a member who cannot log in. */
  readonly passwordHash: string | null
  readonly status: string
}

export interface PasswordHolders {
  /** Locks the member for change. */
  get(memberId: MemberId): TaskEither<NotFound, Holder>
  /** By his e-mail address in normal form, without a lock. */
  byEmail(email: string): TaskEither<never, MemberId | null>
  /** He has another password from here on. His version stays: nobody is shown it. */
  setPassword(
    memberId: MemberId,
    hash: string,
    events: readonly IdentityEvent[],
    act: Act,
  ): TaskEither<never, void>
  /** The same password, hashed anew; unless another was set since. */
  renewHash(memberId: MemberId, old: string, renewed: string): TaskEither<never, void>
  /**
   * He reads the mail of his address: one who is pending is active.
   * @returns false where he was not pending
   */
  verify(memberId: MemberId): TaskEither<never, boolean>
}

export interface AccountTokens {
  /** Without a lock: whoever changes one holds its member's. */
  get(id: AccountTokenId): TaskEither<never, AccountToken | null>
  add(token: AccountToken, events: readonly IdentityEvent[], act: Act): TaskEither<never, void>
  /** Whose it turned out to be, what is kept of the address, whether it was spent. */
  save(token: AccountToken): TaskEither<never, void>
  /** @returns false where it was spent already */
  spend(id: AccountTokenId, at: Instant): TaskEither<never, boolean>
  /** All of a member's that are not spent. */
  spendAll(memberId: MemberId, purpose: TokenPurpose, at: Instant): TaskEither<never, void>
  /** The newest of a member's that is neither spent nor run out. @param now real time */
  open(memberId: MemberId, purpose: TokenPurpose, now: Instant): TaskEither<never, AccountToken | null>
  /** How many of a member's are neither spent nor run out. */
  countOpen(which: OpenTokens, now: Instant): TaskEither<never, number>
}

export interface OpenTokens extends Pick<AccountToken, 'purpose' | 'byStranger'> {
  readonly memberId: MemberId
  /** Those alone that were made before this one, by their times; null: all. */
  readonly before: Pick<AccountToken, 'id' | 'createdAt'> | null
}

export interface PasswordStores {
  readonly passwordHolders: PasswordHolders
  readonly accountTokens: AccountTokens
}

/** How old a hash is, by how it was made. */
export interface HashAge {
  /** It was made at another cost, or with a key that is not the present one. */
  isOutdated(hash: string): boolean
}

/** The texts of the tokens that mails carry: made from a token and a key that the database does not hold. */
export interface TokenTexts {
  /** Random, for a new token. */
  nonce(): string
  /** The same each time, as long as its member has this e-mail address. */
  write(token: Pick<AccountToken, 'id' | 'purpose' | 'nonce'>, email: string): string
  /** Which token a text says it is; null for what is none. */
  read(text: string): AccountTokenId | null
  /** Takes the same time whatever they differ in. */
  same(one: string, other: string): boolean
}
