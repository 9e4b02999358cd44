/** Days, instants, zones and opening hours. */
import { noHours } from '../../../core/branches/branch.ts'
import type { BranchDetails } from '../../../core/branches/branch.ts'
import type { Hours } from '../../../core/branches/opening-calendar.ts'
import { E } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import { fromIso, isDay, isWallTime, isZone } from '../../../core/shared/local-time.ts'
import type { Day, Instant, WallTime, Weekday, Zone } from '../../../core/shared/local-time.ts'
import { codec, narrowed, wrong } from './codec.ts'
import type { Codec, Wrong } from './codec.ts'
import { list, record } from './record.ts'
import { shaped } from './text.ts'

const dayBetween = (first: string, last: string): Codec<Day> =>
  shaped('day', { format: 'date' }, 10, text => {
    if (!isDay(text)) return wrong('INVALID_DAY', 'It must be a day of the calendar, YYYY-MM-DD')
    return text < first || text > last
      ? wrong('OUT_OF_RANGE', `It must lie between ${first} and ${last}`)
      : E.right(text)
  })

/** Any day that every store can keep: Postgres knows no year 0. */
export const day: Codec<Day> = dayBetween('0001-01-01', '9999-12-31')

/** A day that the library counts from or to, with room before and after it for what is counted. */
export const nearDay: Codec<Day> = dayBetween('1900-01-01', '2999-12-31')

/** RFC 3339 with an offset. */
export const moment: Codec<Instant> = shaped('instant', { format: 'date-time' }, 40, text => {
  const at = fromIso(text)
  return at === null ? wrong('INVALID_INSTANT', 'It must be an RFC 3339 time with its offset') : E.right(at)
})

/** The zone data also reads times with a zone in brackets as zones: only what looks like a name is asked for. */
export const zone: Codec<Zone> = shaped('zone', {}, 64, text =>
  /^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(text) && isZone(text)
    ? E.right(text)
    : wrong('INVALID_TIME_ZONE', 'It must be an IANA time zone, as Europe/Berlin'),
)

const invalidHours = (message: string): Either<Wrong, never> => wrong('INVALID_HOURS', message)

const wallTime: Codec<WallTime> = codec('wall time', { type: 'string', pattern: '^\\d\\d:\\d\\d$' }, value =>
  typeof value === 'string' && isWallTime(value)
    ? E.right(value)
    : invalidHours('Times are HH:MM, 00:00 to 24:00'),
)

const stretch = narrowed(
  list(wallTime, { min: 2, max: 2 }),
  'hours',
  ([opens, closes]): Either<Wrong, Hours> =>
    opens !== undefined && closes !== undefined && opens < closes
      ? E.right([opens, closes])
      : invalidHours('A stretch closes after it opens'),
)

/** The stretches of one day, earliest first; none is a closed day. */
export const hours = narrowed(
  list(stretch, { min: 0, max: 10 }),
  'hours of a day',
  (stretches): Either<Wrong, readonly Hours[]> => {
    const inOrder = [...stretches].sort(([a], [b]) => (a < b ? -1 : 1))
    return inOrder.some(([opens], index) => opens < (inOrder[index - 1]?.[1] ?? ''))
      ? invalidHours('The stretches of a day must not overlap')
      : E.right(inOrder)
  },
)

const eachDay = {
  monday: hours,
  tuesday: hours,
  wednesday: hours,
  thursday: hours,
  friday: hours,
  saturday: hours,
  sunday: hours,
} satisfies Record<Weekday, typeof hours>

/** `{"monday": [["09:00", "18:00"]], …}`; a day left out is closed. */
export const week = narrowed(
  record('HoursOfOperation', {}, eachDay),
  'hours of operation',
  (given): Either<Wrong, BranchDetails['hoursOfOperation']> => E.right({ ...noHours, ...given }),
)
