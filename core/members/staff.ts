/** BRN-1, AUT-3: one of the staff: a member with a desk, a role, and what he may beside it or not. */
import type { Adjustments } from '../identity/actor.ts'
import { reachOfStaff } from '../identity/permissions.ts'
import { E } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import type { MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import { conflict, invalidInput } from '../shared/refusal.ts'
import type { Conflict, InvalidInput } from '../shared/refusal.ts'
import type { StaffPosition } from './member.ts'

export interface StaffDetails extends StaffPosition, Adjustments {}

/** Known by the id of his member. */
export interface StaffMember extends StaffDetails {
  readonly id: MemberId
  readonly version: number
  /** When he was appointed. */
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** A branch manager has a branch, and nothing is given and withheld at once. */
export const staffFits = ({ role, branchId, extra, withheld }: StaffDetails): Either<InvalidInput, void> => {
  if (role === 'branch_manager' && branchId === null) {
    return E.left(invalidInput('branch_id', 'REQUIRED', 'A branch manager has a branch'))
  }
  return extra.some(name => withheld.includes(name))
    ? E.left(invalidInput('withheld_permissions', 'EXCLUSIVE', 'Nothing is given and withheld at once'))
    : E.right(undefined)
}

/** May he keep the staff? */
const keepsStaff = ({ role, extra, withheld }: StaffDetails): boolean =>
  role === 'admin' && reachOfStaff(role, { extra, withheld }, 'staff:write') === 'any'

/**
 * Somebody must be left who can appoint others.
 * @param administrators those who are active, as they are before the change
 */
export const someAdminLeft = (
  before: StaffMember,
  after: StaffDetails | null,
  administrators: readonly StaffMember[],
): Either<Conflict, void> =>
  !keepsStaff(before) ||
  (after !== null && keepsStaff(after)) ||
  administrators.some(other => other.id !== before.id && keepsStaff(other))
    ? E.right(undefined)
    : E.left(conflict('He is the last administrator', { role: before.role }))
