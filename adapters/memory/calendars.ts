/** The opening calendars of branches. */
import { calendarOf } from '../../core/branches/branch.ts'
import type { OpeningCalendar } from '../../core/branches/opening-calendar.ts'
import type { Calendars } from '../../core/circulation/calendar-ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { BranchId } from '../../core/shared/id.ts'
import type { Database, Tables } from './database.ts'

export const calendars = ({ tables }: Database): Calendars => ({
  of: branchIds => TE.fromIO(() => calendarsOf(tables, branchIds)),
})

export const calendarsOf = (
  { branches, closures }: Tables,
  branchIds: readonly BranchId[],
): ReadonlyMap<BranchId, OpeningCalendar> =>
  new Map(
    branchIds.flatMap(id => {
      const branch = branches.find(id)
      return branch === undefined
        ? []
        : [
            [
              id,
              calendarOf(
                branch.details,
                (closures.find(id)?.closures ?? []).map(({ closure }) => closure),
              ),
            ] as const,
          ]
    }),
  )
