/** What identity tells the rest of the product. No secrets and no personal data in the payloads. */
import type { DomainEvent } from '../shared/changed.ts'
import type { MemberId } from '../shared/id.ts'

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
  SecondFactorEnrolled | SecondFactorRemoved | RecoveryCodesRenewed | RecoveryCodeUsed
