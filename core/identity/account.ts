/** An account as an actor: whoever logged in acts with what his row says of him. */
import type { Actor } from './actor.ts'
import type { Position } from './permissions.ts'
import type { Account } from './ports.ts'
import { mustEnrol } from './second-factor.ts'

export type MemberActing = Extract<Actor, { readonly kind: 'member' }>

/** Whoever has a desk and is not active is no more than a user. */
export const memberActing = (
  account: Pick<Account, 'memberId' | 'status' | 'role' | 'branchId' | 'adjusted' | 'wards' | 'secondFactor'>,
): MemberActing => {
  const { memberId, wards } = account
  const { role, branchId, adjusted }: Pick<Account, 'role' | 'branchId' | 'adjusted'> =
    account.status === 'active' ? account : { role: 'user', branchId: null }
  const acting = { kind: 'member', memberId, role, branchId, mustEnrol: mustEnrol(account) } as const
  if (adjusted === undefined && wards === undefined) return acting
  return {
    ...acting,
    ...(adjusted === undefined ? {} : { adjusted }),
    ...(wards === undefined ? {} : { wards }),
  }
}

/** What may be done at his desk; nothing more than by every user where he has none. */
export const positionOf = ({ role, adjusted }: Pick<Account, 'role' | 'adjusted'>): Position => ({
  role,
  ...(adjusted ?? { extra: [], withheld: [] }),
})
