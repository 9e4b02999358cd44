/** The rules of a reservation (circulation R2.3, R6.3), one value each. A new one is added to the list below. */
import type { BranchId } from '../shared/id.ts'
import { accountPolicies } from './borrowing-policies.ts'
import type { AccountFacts } from './borrowing-policies.ts'
import type { Copy } from './copy.ts'
import { holds, roomFor } from './policy.ts'
import type { Policy } from './policy.ts'
import type { LivingReservation } from './reservation.ts'
import type { Title } from './title.ts'

export interface ReservationFacts extends AccountFacts {
  readonly title: Title
  /** What the member has reserved already. */
  readonly living: readonly LivingReservation[]
  /** The copies which could come to fill it some day: lendable to the member, and not given up. */
  readonly fillable: readonly Copy[]
  readonly pickup: {
    readonly branchId: BranchId
    /** null: there is no such branch. */
    readonly serves: boolean | null
  }
}

export type ReservationPolicy = Policy<ReservationFacts>

export const titleNotOnLoan: ReservationPolicy = {
  rule: 'same-title',
  kind: 'blocker',
  message: 'The member must not have the title on loan',
  ask: ({ loansOut, title }) => roomFor(1, loansOut.filter(({ loan }) => loan.bookId === title.id).length),
}

export const titleNotReserved: ReservationPolicy = {
  rule: 'already-reserved',
  kind: 'blocker',
  message: 'The member must not have reserved the title already',
  ask: ({ living, title }) => roomFor(1, living.filter(({ bookId }) => bookId === title.id).length),
}

export const reservationLimit: ReservationPolicy = {
  rule: 'reservation-limit',
  kind: 'overridable',
  message: 'The member must have room for another reservation',
  ask: ({ living, values }) => roomFor(values.maxReservations, living.length),
}

export const pickupBranch: Policy<Pick<ReservationFacts, 'pickup'>> = {
  rule: 'pickup-branch',
  kind: 'blocker',
  message: 'The branch must be one where reservations are fetched',
  ask: ({ pickup }) =>
    holds(pickup.serves === true, null, pickup.serves === null ? 'unknown' : pickup.branchId),
}

export const copyToFill: ReservationPolicy = {
  rule: 'no-copy-to-fill',
  kind: 'blocker',
  message: 'There must be a copy that could ever fill it',
  ask: ({ fillable }) => holds(fillable.length > 0, 1, fillable.length),
}

/** By `reservations_when_on_shelf`. */
export const onShelf: ReservationPolicy = {
  rule: 'on-shelf',
  kind: 'overridable',
  message: 'What stands on the shelf must be fetched from there',
  ask: ({ fillable, values, pickup }) => {
    const free = fillable.filter(({ status }) => status === 'available')
    switch (values.reservationsWhenOnShelf) {
      case 'allow':
        return holds(true, null, free.length)
      case 'refuse':
        return holds(free.length === 0, 0, free.length)
      case 'allow_if_none_at_pickup': {
        const here = free.filter(({ branchId }) => branchId === pickup.branchId).length
        return holds(here === 0, 0, here)
      }
    }
  },
}

export const reservationPolicies: readonly ReservationPolicy[] = [
  ...accountPolicies('reserve'),
  titleNotOnLoan,
  titleNotReserved,
  reservationLimit,
  pickupBranch,
  copyToFill,
  onShelf,
]
