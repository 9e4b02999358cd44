/** The opening calendars of the branches, as far as circulation needs them. */
import { noCalendar } from '../branches/branch.ts'
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BranchId } from '../shared/id.ts'
import { notFound } from '../shared/refusal.ts'
import type { NotFound } from '../shared/refusal.ts'

/** Read by whoever counts days. */
export interface Calendars {
  /** The calendars of the branches asked for that exist; kept in memory by the branch's version. */
  of(branchIds: readonly BranchId[]): TaskEither<never, ReadonlyMap<BranchId, OpeningCalendar>>
}

/** The branch a command names must exist; null names none. */
export const branchKnown = (
  { calendars }: { readonly calendars: Calendars },
  branchId: BranchId | null,
): TaskEither<NotFound, void> =>
  branchId === null
    ? TE.right(undefined)
    : pipe(
        calendars.of([branchId]),
        TE.flatMap(found =>
          found.has(branchId) ? TE.right(undefined) : TE.left(notFound('branch', branchId)),
        ),
      )

/** The calendar of a branch that is there. */
export const calendarIn = (
  { calendars }: { readonly calendars: Calendars },
  branchId: BranchId,
): TaskEither<never, OpeningCalendar> =>
  pipe(
    calendars.of([branchId]),
    TE.map(found => found.get(branchId) ?? noCalendar),
  )
