/** When a branch is open: what due dates and fines are counted by (circulation R1.4). */
import {
  atWallTime,
  dayOf,
  dayOfYear,
  plusDays,
  plusMonths,
  startOfDay,
  wholeMinutes,
  weekdayOf,
} from '../shared/local-time.ts'
import type { Day, Instant, WallTime, Weekday, Zone } from '../shared/local-time.ts'

/** Opening and closing time of one stretch of a day; the first is earlier than the second. */
export type Hours = readonly [WallTime, WallTime]

/** A day or a stretch of days that differs from the weekly hours. */
export interface Closure {
  readonly from: Day
  readonly to: Day
  /** It comes back every year on the same dates. */
  readonly yearly: boolean
  /** An exceptional opening with these hours; empty for a day that is closed. */
  readonly open: readonly Hours[]
}

export interface OpeningCalendar {
  readonly zone: Zone
  readonly weekly: Readonly<Record<Weekday, readonly Hours[]>>
  readonly closures: readonly Closure[]
}

/** How far a search for an open day goes before the calendar is ignored (R1.4). */
export const searchLimitDays = 366

/**
 * The hours of a day, by precedence: a single exceptional opening, a single closed date, a yearly closed date, the
 * weekly hours (R1.4).
 */
export const hoursOn = (calendar: OpeningCalendar, day: Day): readonly Hours[] => {
  const touching = calendar.closures.filter(closure => touches(closure, day))
  const opening = touching.find(closure => !closure.yearly && closure.open.length > 0)
  if (opening !== undefined) return opening.open
  if (touching.some(closure => !closure.yearly)) return []
  const yearly = touching.find(closure => closure.yearly)
  return yearly === undefined ? calendar.weekly[weekdayOf(day)] : yearly.open
}

/** Does it say something of this day? */
const touches = (closure: Closure, day: Day): boolean => {
  if (!closure.yearly) return closure.from <= day && day <= closure.to
  const [from, to, on] = [dayOfYear(closure.from), dayOfYear(closure.to), dayOfYear(day)]
  return from <= to ? from <= on && on <= to : on >= from || on <= to
}

/** Which of two closures of one day counts, the lowest first (R1.4). */
const rankOf = ({ yearly, open }: Closure): number => (yearly ? 2 : open.length > 0 ? 0 : 1)

/** Both say something else of some day, and neither goes before the other: which of them counts would be left to chance. */
export const contradict = (one: Closure, other: Closure): boolean =>
  rankOf(one) === rankOf(other) &&
  (touches(one, other.from) || touches(other, one.from)) &&
  JSON.stringify(one.open) !== JSON.stringify(other.open)

/** From the first to the last day of a yearly one lies less than a year: else it would be every day. */
export const fitsIntoYear = ({ yearly, from, to }: Closure): boolean => !yearly || to < plusMonths(from, 12)

export const isOpenOn = (calendar: OpeningCalendar, day: Day): boolean => hoursOn(calendar, day).length > 0

/**
 * The nearest open day from `day` on (itself included), going forward (1) or back (-1).
 * @returns null when there is none within `searchLimitDays`: the calendar is then to be ignored, with a warning
 */
export const nearestOpenDay = (calendar: OpeningCalendar, day: Day, direction: 1 | -1): Day | null => {
  let candidate = day
  for (let tried = 0; tried <= searchLimitDays; tried += 1) {
    if (isOpenOn(calendar, candidate)) return candidate
    candidate = plusDays(candidate, direction)
  }
  return null
}

/** The `count`-th open day after `day`, or null when a search on the way found none. */
export const openDaysAfter = (calendar: OpeningCalendar, day: Day, count: number): Day | null => {
  let reached: Day | null = day
  for (let left = count; left > 0 && reached !== null; left -= 1) {
    reached = nearestOpenDay(calendar, plusDays(reached, 1), 1)
  }
  return reached
}

/** The days after `from` up to `to`, `to` included, which are open, or all of them where the calendar never opens. */
export const daysCounted = (
  calendar: OpeningCalendar,
  from: Day,
  to: Day,
  countClosedDays: boolean,
): readonly Day[] => {
  const all = daysFromTo(plusDays(from, 1), to)
  return countClosedDays || neverOpens(calendar, from) ? all : all.filter(day => isOpenOn(calendar, day))
}

/** The closed days from one day to the other, both included, in whichever order they are named. */
export const closedDaysBetween = (calendar: OpeningCalendar, a: Day, b: Day): readonly Day[] =>
  daysFromTo(a < b ? a : b, a < b ? b : a).filter(day => !isOpenOn(calendar, day))

/** Whole minutes between two instants, those of closed time left out unless they count or the branch never opens. */
export const minutesCounted = (
  calendar: OpeningCalendar,
  from: Instant,
  to: Instant,
  countClosedTime: boolean,
): number => {
  const firstDay = dayOf(from, calendar.zone)
  if (countClosedTime || neverOpens(calendar, firstDay)) return wholeMinutes(from, to)
  const openMilliseconds = daysFromTo(firstDay, dayOf(to, calendar.zone))
    .flatMap(day => openStretches(calendar, day))
    .reduce((total, [opens, closes]) => total + Math.max(0, Math.min(closes, to) - Math.max(opens, from)), 0)
  return Math.floor(openMilliseconds / 60_000)
}

/**
 * The open stretches of a local day as instants, the earliest first. One that the clocks skip, or begin behind its end, has no
 * length: it ends where it begins.
 */
export const openStretches = (
  calendar: OpeningCalendar,
  day: Day,
): readonly (readonly [Instant, Instant])[] =>
  [...hoursOn(calendar, day)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([opens, closes]) => {
      const end = atWallTime(day, closes, calendar.zone)
      const begin = opens === '00:00' ? startOfDay(day, calendar.zone) : atWallTime(day, opens, calendar.zone)
      return [begin < end ? begin : end, end]
    })

const neverOpens = (calendar: OpeningCalendar, from: Day): boolean =>
  nearestOpenDay(calendar, from, 1) === null

/** Both included. */
export const daysFromTo = (from: Day, to: Day): readonly Day[] => {
  const days: Day[] = []
  for (let day = from; day <= to; day = plusDays(day, 1)) days.push(day)
  return days
}
