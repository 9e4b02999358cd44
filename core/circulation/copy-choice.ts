/** Which copy a checkout takes, and what a desk has in its hands when it lends it. */
import { isStaff } from '../identity/actor.ts'
import type { Act } from '../identity/actor.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId, MemberId } from '../shared/id.ts'
import { keep, lendableTo } from './copy.ts'
import type { Copy } from './copy.ts'
import type { Reservations } from './reservation-ports.ts'

/**
 * The copy to lend: kept for this member before free ones, the desk's own branch before others, then the lowest id.
 * A missing copy is not at hand and never chosen. Where none can be lent it is the first copy there is, so that the
 * refusal can tell of its rules; null when there is none at all.
 * @param only the copies of this branch alone, null for every branch
 * @param desk the branch to prefer
 */
export const bestCopy = (
  copies: readonly Copy[],
  member: MemberId,
  only: BranchId | null,
  desk: BranchId | null,
): Copy | null => {
  const here = copies.filter(copy => only === null || copy.branchId === only)
  const atHand = here.filter(copy => copy.status !== 'missing' && lendableTo(copy, member))
  const rank = (copy: Copy): number => (copy.status === 'kept' ? 0 : 2) + (copy.branchId === desk ? 0 : 1)
  return [...atHand].sort((a, b) => rank(a) - rank(b) || a.id - b.id)[0] ?? here[0] ?? null
}

/**
 * The copy as it lies before whoever lends it. One under way to this very member need not travel on from a desk (R2.4): it counts as kept
 * for him. Members have in their hands what the store says.
 */
export const atDesk = (
  { reservations }: { readonly reservations: Pick<Reservations, 'keptOn'> },
  { actor }: Act,
  copy: Copy | null,
  member: MemberId,
): TaskEither<never, Copy | null> =>
  copy?.status === 'in_transit' && isStaff(actor)
    ? pipe(
        reservations.keptOn(copy.id),
        TE.map(reservation => (reservation?.memberId === member ? keep(copy, member) : copy)),
      )
    : TE.right(copy)
