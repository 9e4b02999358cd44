/** What members tell the rest of the product. No personal data in the payloads. */
import type { DomainEvent } from '../shared/changed.ts'
import type { MemberId } from '../shared/id.ts'
import type { MemberStatus } from './member-status.ts'

export type MemberRegistered = DomainEvent<
  'MemberRegistered',
  { readonly memberId: MemberId; readonly status: MemberStatus }
>

/** He logs in with another user name or e-mail address from now on: which of the two, and neither what it was nor what it is. */
export type MemberLoginChanged = DomainEvent<
  'MemberLoginChanged',
  {
    readonly memberId: MemberId
    readonly username: boolean
    readonly email: boolean
    readonly byHimself: boolean
  }
>

export type MemberEvent = MemberRegistered | MemberLoginChanged
