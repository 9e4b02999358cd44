/** An account as an actor: whoever logged in acts with what his row says of him. */
import type { Actor } from './actor.ts'
import type { Account } from './ports.ts'

export type MemberActing = Extract<Actor, { readonly kind: 'member' }>

export const memberActing = ({
  memberId,
  role,
  branchId,
  adjusted,
  wards,
}: Pick<Account, 'memberId' | 'role' | 'branchId' | 'adjusted' | 'wards'>): MemberActing => ({
  kind: 'member',
  memberId,
  role,
  branchId,
  ...(adjusted === undefined ? {} : { adjusted }),
  ...(wards === undefined ? {} : { wards }),
})
