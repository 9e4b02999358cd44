/**
 * Instants, days and zones: the only door to the zone arithmetic. A day is a date on a wall calendar and has no
 * fixed length; nothing here counts a day as a number of seconds.
 */
import { Temporal } from 'temporal-polyfill'

/** Milliseconds since 1970-01-01T00:00Z. */
export type Instant = number & { readonly __time: 'instant' }

/** A calendar day, `YYYY-MM-DD`. Days compare as strings do. */
export type Day = string & { readonly __time: 'day' }

/** An IANA name, as `Europe/Berlin`. */
export type Zone = string & { readonly __time: 'zone' }

/** A time of day on the wall, `HH:MM`; `24:00` is the end of the day. */
export type WallTime = string & { readonly __time: 'wall' }

export type PeriodUnit = 'minutes' | 'hours' | 'days' | 'weeks' | 'months'

/** A length in calendar or clock units; `length` is a positive integer. */
export interface Period {
  readonly length: number
  readonly unit: PeriodUnit
}

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const
export type Weekday = (typeof weekdays)[number]

export const instant = (epochMilliseconds: number): Instant => epochMilliseconds as Instant

/** @returns true for the IANA names (and their links) that the zone data knows */
export const isZone = (name: string): name is Zone => {
  // Offsets and whole timestamps would do for the zone arithmetic, but name no zone.
  if (!/^[a-z][\w+\-/]*$/i.test(name)) return false
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
}

/** @returns true for a `YYYY-MM-DD` that is on the calendar */
export const isDay = (text: string): text is Day => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' })
    return true
  } catch {
    return false
  }
}

/** @returns true for `00:00` to `24:00` */
export const isWallTime = (text: string): text is WallTime => /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(text)

/**
 * The answers to the questions that were asked last, `most` of them: zone arithmetic is slow, and nearly all that is asked
 * of it is about the same few days.
 */
const remembering = <A>(most: number) => {
  const known = new Map<string, A>()
  return (question: string, answer: () => A): A => {
    const found = known.get(question)
    if (found !== undefined) return found
    const fresh = answer()
    const [oldest] = known.keys()
    if (known.size >= most && oldest !== undefined) known.delete(oldest)
    known.set(question, fresh)
    return fresh
  }
}

const startsOfDays = remembering<Instant>(2000)

/** The first moment of a local day: midnight, or where the clocks skip it, the first moment there is. */
export const startOfDay = (day: Day, zone: Zone): Instant =>
  startsOfDays(`${day} ${zone}`, () =>
    instant(Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone }).startOfDay().epochMilliseconds),
  )

/** The day that was told last in a zone, which most questions are about. */
const lastDays = new Map<Zone, { readonly from: Instant; readonly until: Instant; readonly day: Day }>()

export const dayOf = (at: Instant, zone: Zone): Day => {
  const last = lastDays.get(zone)
  if (last !== undefined && last.from <= at && at < last.until) return last.day
  const day = Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString() as Day
  lastDays.set(zone, { from: startOfDay(day, zone), until: startOfDay(plusDays(day, 1), zone), day })
  return day
}

/** When a wall clock in the zone shows the time on the day; a time skipped by the clocks is read with the old offset. */
export const atWallTime = (day: Day, time: WallTime, zone: Zone): Instant =>
  time === '24:00'
    ? startOfDay(plusDays(day, 1), zone)
    : instant(
        Temporal.PlainDate.from(day).toZonedDateTime({
          timeZone: zone,
          plainTime: Temporal.PlainTime.from(time),
        }).epochMilliseconds,
      )

const daysAway = remembering<Day>(2000)

/** `days` may be negative. */
export const plusDays = (day: Day, days: number): Day =>
  daysAway(`${day} ${String(days)}`, () => Temporal.PlainDate.from(day).add({ days }).toString() as Day)

/** A day that the month lacks becomes its last one (31 January and a month: the end of February). */
export const plusMonths = (day: Day, months: number): Day =>
  Temporal.PlainDate.from(day).add({ months }).toString() as Day

/** Whole days from `from` to `to`, negative when `to` is earlier. */
export const daysBetween = (from: Day, to: Day): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days

/** Whole years from `from` to `to`: an age. */
export const yearsBetween = (from: Day, to: Day): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'years' }).years

const daysOfWeek = remembering<Weekday>(2000)

export const weekdayOf = (day: Day): Weekday =>
  daysOfWeek(day, () => weekdays[Temporal.PlainDate.from(day).dayOfWeek - 1] ?? 'monday')

/** `MM-DD`, which is what a yearly closed date goes by. */
export const dayOfYear = (day: Day): string => day.slice(5)

/** Minutes and hours run on the clock, whatever it shows. */
export const plusMinutes = (at: Instant, minutes: number): Instant => instant(at + minutes * 60_000)

/** Whole minutes from `from` to `to`, rounded down; 0 when `to` is earlier. */
export const wholeMinutes = (from: Instant, to: Instant): number =>
  Math.max(0, Math.floor((to - from) / 60_000))

const utcDays = remembering<string>(2000)

const millisecondsADay = 86_400_000

const padded = (value: number, digits: 2 | 3): string => String(value).padStart(digits, '0')

/** RFC 3339 in UTC with milliseconds, as the API shows it. UTC knows no clock changes, so that its days are all alike. */
export const toIso = (at: Instant): string => {
  const days = Math.floor(at / millisecondsADay)
  const rest = at - days * millisecondsADay
  const day = utcDays(String(days), () =>
    Temporal.Instant.fromEpochMilliseconds(days * millisecondsADay)
      .toString({ smallestUnit: 'millisecond' })
      .slice(0, -'T00:00:00.000Z'.length),
  )
  const [hours, minutes] = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60]
  const [seconds, milliseconds] = [Math.floor(rest / 1000) % 60, rest % 1000]
  return `${day}T${padded(hours, 2)}:${padded(minutes, 2)}:${padded(seconds, 2)}.${padded(milliseconds, 3)}Z`
}

/** @returns the instant of an RFC 3339 text with an offset, or null when it is none */
export const fromIso = (text: string): Instant | null => {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i.test(text)) return null
  try {
    return instant(Temporal.Instant.from(text).epochMilliseconds)
  } catch {
    return null
  }
}
