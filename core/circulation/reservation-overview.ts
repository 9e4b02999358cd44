/** Reservations as they are shown, with what they may expect (circulation R6.8). */
import { noCalendar } from '../branches/branch.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import { dayOf, plusDays, startOfDay } from '../shared/local-time.ts'
import type { Day, Instant, Zone } from '../shared/local-time.ts'
import { expectedAvailability } from './expected-availability.ts'
import { fillingRules } from './hold-rules.ts'
import type { CirculationStores } from './ports.ts'
import type { ReservationOverview, ReservationRecord } from './reservation-ports.ts'

export type EstimateStores = Pick<CirculationStores, 'supplies' | 'rules' | 'settings' | 'calendars'>

/** Loans lent in so many days before now tell how late the title comes back. */
const lookedBack = 730

/** Each with its estimate, if it waits: the facts of all of them are read at once. */
export const withEstimates = (
  stores: EstimateStores,
  records: readonly ReservationRecord[],
  now: Instant,
): TaskEither<never, readonly ReservationOverview[]> => {
  const waiting = records.filter(waits)
  if (waiting.length === 0) return TE.right(records.map(withoutEstimate))
  const utc = 'UTC' as Zone
  const since = startOfDay(plusDays(dayOf(now, utc), -lookedBack), utc)
  return pipe(
    TE.Do,
    TE.bind('supplies', () =>
      stores.supplies.of([...new Set(waiting.map(({ reservation }) => reservation.bookId))], since),
    ),
    TE.bind('rules', ({ supplies }) =>
      fillingRules(
        stores,
        [...supplies.values()].flatMap(({ coming }) => coming.map(({ branchId }) => branchId)),
        now,
      ),
    ),
    TE.bind('calendars', () =>
      stores.calendars.of([...new Set(waiting.map(({ reservation }) => reservation.branchId))]),
    ),
    TE.map(({ supplies, rules, calendars }) =>
      records.map(record => {
        const { reservation, queuePosition, privileges } = record
        const supply = supplies.get(reservation.bookId)
        if (queuePosition === null || supply === undefined) return withoutEstimate(record)
        const { zone } = calendars.get(reservation.branchId) ?? noCalendar
        return overviewOf(
          record,
          expectedAvailability({
            supply,
            rules: copy => rules(copy, { ...privileges, reservation }),
            queuePosition,
            today: dayOf(now, zone),
            now,
          }),
        )
      }),
    ),
  )
}

/** Of one alone. */
export const withEstimate = (
  stores: EstimateStores,
  record: ReservationRecord,
  now: Instant,
): TaskEither<never, ReservationOverview> =>
  pipe(
    withEstimates(stores, [record], now),
    TE.map(([overview]) => overview ?? withoutEstimate(record)),
  )

/** Only those that wait have one. */
export const waits = ({ queuePosition }: ReservationRecord): boolean => queuePosition !== null

export const withoutEstimate = (record: ReservationRecord): ReservationOverview => overviewOf(record, null)

const overviewOf = (
  { reservation, queuePosition }: ReservationRecord,
  expected: Day | null,
): ReservationOverview => ({ reservation, queuePosition, expectedAvailability: expected })
