/** What identity tells the rest of the product. No personal data in the payloads, and nothing that opens anything. */
import type { DomainEvent } from '../shared/changed.ts'
import type { MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { AccountTokenId } from './account-token.ts'

export type PasswordChanged = DomainEvent<
  'PasswordChanged',
  {
    readonly memberId: MemberId
    /** By whoever had the old one, or by a mail. */
    readonly by: 'password' | 'mail'
  }
>

/** A mail is to be sent: to whom, and whether to anybody, is looked up when it is. */
export type AccountMailQueued = DomainEvent<'AccountMailQueued', { readonly tokenId: AccountTokenId }>

/** Somebody guessed wrongly too often. */
export type AccountLocked = DomainEvent<
  'AccountLocked',
  {
    readonly memberId: MemberId
    /** Wrong guesses in a row. */
    readonly failures: number
    /** Real time. */
    readonly lockedUntil: Instant
  }
>

interface OfAMember {
  readonly memberId: MemberId
}

/** A second factor is in force from now on, with so many recovery codes. */
export type SecondFactorEnrolled = DomainEvent<
  'SecondFactorEnrolled',
  OfAMember & { readonly recoveryCodes: number }
>

/** It is in force no more, taken off by himself or by an administrator. */
export type SecondFactorRemoved = DomainEvent<
  'SecondFactorRemoved',
  OfAMember & { readonly byHimself: boolean }
>

export type RecoveryCodesRenewed = DomainEvent<
  'RecoveryCodesRenewed',
  OfAMember & { readonly recoveryCodes: number }
>

/** Instead of a code of the app; so many are left. */
export type RecoveryCodeUsed = DomainEvent<'RecoveryCodeUsed', OfAMember & { readonly left: number }>

export type IdentityEvent =
  | PasswordChanged
  | AccountMailQueued
  | AccountLocked
  | SecondFactorEnrolled
  | SecondFactorRemoved
  | RecoveryCodesRenewed
  | RecoveryCodeUsed

/** @param at library time */
export const passwordChanged = (
  memberId: MemberId,
  by: PasswordChanged['payload']['by'],
  at: Instant,
): PasswordChanged => ({
  type: 'PasswordChanged',
  version: 1,
  aggregate: 'member',
  aggregateId: memberId,
  occurredAt: at,
  payload: { memberId, by },
})

/** @param at library time */
export const accountMailQueued = (tokenId: AccountTokenId, at: Instant): AccountMailQueued => ({
  type: 'AccountMailQueued',
  version: 1,
  aggregate: 'account_token',
  aggregateId: tokenId,
  occurredAt: at,
  payload: { tokenId },
})
