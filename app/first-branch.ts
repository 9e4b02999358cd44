/** The first branch of a library that has none, so that the simple API has somewhere to put its books. */
import { actBy, system } from '../core/identity/actor.ts'
import type { BranchDetails } from '../core/branches/branch.ts'
import type { BranchQueries } from '../core/branches/ports.ts'
import type { addBranch } from '../core/branches/use-cases/keep-branches.ts'
import { pipe, TE } from '../core/shared/fp.ts'
import type { WallTime, Zone } from '../core/shared/local-time.ts'

export interface FirstBranchDeps {
  readonly queries: Pick<BranchQueries, 'branches'>
  readonly addBranch: ReturnType<typeof addBranch>
}

const allDay = [['00:00' as WallTime, '24:00' as WallTime]] as const

/** It never closes: nothing is said of its hours, and nobody shall be warned of them. */
const library: BranchDetails = {
  name: 'Library',
  address: null,
  city: null,
  state: null,
  zipCode: null,
  phone: null,
  email: null,
  managerId: null,
  servicesOffered: [],
  timeZone: 'UTC' as Zone,
  hoursOfOperation: {
    monday: allDay,
    tuesday: allDay,
    wednesday: allDay,
    thursday: allDay,
    friday: allDay,
    saturday: allDay,
    sunday: allDay,
  },
  pickup: true,
}

/** @returns false when there was a branch already */
export const createFirstBranch = async ({ queries, addBranch }: FirstBranchDeps): Promise<boolean> => {
  const made = await pipe(
    queries.branches({ sort: [], limit: 1, at: { kind: 'page', page: 1 } }),
    TE.flatMap(({ total }) =>
      total > 0
        ? TE.right(false)
        : pipe(
            addBranch({ by: actBy(system), details: library }),
            TE.map(() => true),
          ),
    ),
  )()
  if (made._tag === 'Left') throw new Error(`The first branch cannot be made: ${JSON.stringify(made.left)}`)
  return made.right
}
