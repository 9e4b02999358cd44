/** Titles that many wait for are lent for a shorter time (circulation R1.6). */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BookId, MemberId } from '../shared/id.ts'
import type { Period } from '../shared/local-time.ts'
import type { CirculationStores } from './ports.ts'
import type { RuleValues } from './rule-table.ts'

/**
 * The queue is read only where the rules ask for it. Those who wait and are not suspended count, the borrower himself does not.
 * @returns the period of the rule, null where the demand is not that high
 */
export const shortPeriod = (
  { reservations }: Pick<CirculationStores, 'reservations'>,
  bookId: BookId,
  borrower: MemberId,
  { highDemand }: Pick<RuleValues, 'highDemand'>,
): TaskEither<never, Period | null> =>
  highDemand === null
    ? TE.right(null)
    : pipe(
        reservations.queueOf(bookId),
        TE.map(queue =>
          queue.filter(({ reservation }) => reservation.memberId !== borrower).length >
          highDemand.reservationsOver
            ? highDemand.loanPeriod
            : null,
        ),
      )
