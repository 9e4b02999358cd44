/** From one day to another, both included: the instants between which something was borrowed, in the zone of a branch. */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId } from '../shared/id.ts'
import { plusDays, startOfDay } from '../shared/local-time.ts'
import type { Day, Zone } from '../shared/local-time.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'
import type { CirculationQueries, LoanFilter } from './display-ports.ts'

export interface Days {
  readonly from?: Day
  readonly to?: Day
}

/** @param branchId whose days they are; null is UTC */
export const borrowedBetween = (
  queries: Pick<CirculationQueries, 'calendars'>,
  branchId: BranchId | null,
  { from, to }: Days,
): TaskEither<StoreFailure, Pick<LoanFilter, 'from' | 'to'>> =>
  pipe(
    from === undefined && to === undefined ? TE.right(utc) : zoneOf(queries, branchId),
    TE.map(zone => ({
      ...(from === undefined ? {} : { from: startOfDay(from, zone) }),
      ...(to === undefined ? {} : { to: startOfDay(plusDays(to, 1), zone) }),
    })),
  )

const utc = 'UTC' as Zone

const zoneOf = (
  queries: Pick<CirculationQueries, 'calendars'>,
  branchId: BranchId | null,
): TaskEither<StoreFailure, Zone> =>
  branchId === null
    ? TE.right(utc)
    : pipe(
        queries.calendars([branchId]),
        TE.map(calendars => calendars.get(branchId)?.zone ?? utc),
      )
