/**
 * What a mail of an account carries (AUT-7, ADR 33): a token that is good once and for a while. Of it no more is kept than what it is
 * made from with a key that stands in no database: the mail's own text is made when it is handed on, and nobody reads it before.
 */
import type { Id, MemberId } from '../shared/id.ts'
import { instant } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'

export type AccountTokenId = Id<'account_token'>

export const tokenPurposes = ['reset_password', 'verify_email'] as const
export type TokenPurpose = (typeof tokenPurposes)[number]

export interface AccountToken {
  readonly id: AccountTokenId
  readonly purpose: TokenPurpose
  /** Whose it is; null until it is looked up by the address, and for an address that nobody has. */
  readonly memberId: MemberId | null
  /** What somebody said is his, in normal form; kept until it is looked up. */
  readonly email: string | null
  /** The network address it was asked for from. */
  readonly address: string | null
  /** Random. */
  readonly nonce: string
  /** All times are real ones. */
  readonly createdAt: Instant
  readonly expiresAt: Instant
  /** Anybody may have asked for it; else its member or the staff did, or it came by itself. */
  readonly byStranger: boolean
  /** When it was first handed on as a mail; null: not yet. */
  readonly sentAt: Instant | null
  /** Used, or never to be used. */
  readonly spentAt: Instant | null
}

const minute = 60_000

/** Milliseconds. */
const lifetimes: Readonly<Record<TokenPurpose, number>> = {
  reset_password: 30 * minute,
  verify_email: 7 * 24 * 60 * minute,
}

export const newToken = (
  token: Omit<AccountToken, 'createdAt' | 'expiresAt' | 'sentAt' | 'spentAt'>,
  now: Instant,
): AccountToken => ({
  ...token,
  createdAt: now,
  expiresAt: instant(now + lifetimes[token.purpose]),
  sentAt: null,
  spentAt: null,
})

/**
 * Mails of a member that lie open, those that strangers asked for and those that he or the staff did, each by themselves: more nobody
 * gets, so that his box is not flooded; and whoever gets no more has some that are good.
 */
export const mostForMember = 3
