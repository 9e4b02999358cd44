/** Whose calendar, time zone and rules count: for loans, renewals, fines and reservations alike (circulation R0.1). */
import type { ControllingBranch } from '../settings/settings.ts'
import type { BranchId } from '../shared/id.ts'

export interface Branches {
  /** Where the copy lives. */
  readonly copy: BranchId | null
  /** Where it happens; for a reservation, where it will be fetched. */
  readonly place: BranchId | null
  /** The member's home branch. */
  readonly home: BranchId | null
}

/** The copy's where the branch that counts is not known; null where there is not even a copy. */
export const controllingBranch = (
  setting: ControllingBranch,
  { copy, place, home }: Branches,
): BranchId | null => {
  switch (setting) {
    case 'copy':
      return copy
    case 'transaction':
      return place ?? copy
    case 'member':
      return home ?? copy
  }
}
