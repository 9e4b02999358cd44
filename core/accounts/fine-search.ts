/** What fines are looked for by, in days: whose days they are is decided here (API: `from` and `to`). */
import type { BranchQueries } from '../branches/ports.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId } from '../shared/id.ts'
import { plusDays, startOfDay } from '../shared/local-time.ts'
import type { Day, Zone } from '../shared/local-time.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'
import type { FineFilter } from './ports.ts'

/** `from` and `to` are days of issue, both inclusive. */
export interface FineSearch extends Omit<FineFilter, 'from' | 'to'> {
  readonly from?: Day
  readonly to?: Day
}

/** The days become instants in the zone of the branch; in UTC where there is none. */
export const filterOf = (
  { branches }: { readonly branches: Pick<BranchQueries, 'branch'> },
  branchId: BranchId | null,
  { from, to, ...search }: FineSearch,
): TaskEither<StoreFailure, FineFilter> =>
  pipe(
    from === undefined && to === undefined ? TE.right(utc) : zoneOf(branches, branchId),
    TE.map(zone => ({
      ...search,
      ...(from === undefined ? {} : { from: startOfDay(from, zone) }),
      ...(to === undefined ? {} : { to: startOfDay(plusDays(to, 1), zone) }),
    })),
  )

const utc = 'UTC' as Zone

const zoneOf = (
  branches: Pick<BranchQueries, 'branch'>,
  branchId: BranchId | null,
): TaskEither<StoreFailure, Zone> =>
  branchId === null
    ? TE.right(utc)
    : pipe(
        branches.branch(branchId),
        TE.map(({ details }) => details.timeZone),
        TE.orElse(error => (error.type === 'NotFound' ? TE.right(utc) : TE.left(error))),
      )
