/** What members tell the rest of the product. No personal data in the payloads. */
import type { DomainEvent } from '../shared/changed.ts'
import type { MemberId } from '../shared/id.ts'
import type { MemberStatus } from './member-status.ts'

export type MemberRegistered = DomainEvent<
  'MemberRegistered',
  { readonly memberId: MemberId; readonly status: MemberStatus }
>

export type MemberEvent = MemberRegistered
