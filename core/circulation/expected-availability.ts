/** When a title is likely to come to one who waits for it (circulation R6.8): an estimate from what is due, no promise. */
import { dayOf, daysBetween, plusDays, plusMonths } from '../shared/local-time.ts'
import type { Day, Instant, Period, Zone } from '../shared/local-time.ts'
import type { CopyDetails } from './copy.ts'

/** A copy that is there or comes back by itself, and may be lent again. */
export interface ComingCopy extends Pick<CopyDetails, 'branchId' | 'loanCategory'> {
  /** The loan it is out on, null where it is not out. */
  readonly loan: {
    readonly dueAt: Instant
    readonly overdueFrom: Instant
    readonly zone: Zone
  } | null
  /** For a reservation: whoever it is kept for borrows it first. */
  readonly setAside: boolean
}

/** A loan that came back late. */
export interface LateReturn {
  readonly dueAt: Instant
  readonly returnedAt: Instant
  readonly zone: Zone
}

/** What is known of the copies of a title. */
export interface Supply {
  readonly coming: readonly ComingCopy[]
  readonly lateReturns: readonly LateReturn[]
}

/** Days, where no loan of the title came back late in the time that is looked at. */
const unknownLateness = 7

/** In days: the middle one; between the two in the middle, where they are even, rounded up. */
export const medianLateness = (lateReturns: readonly LateReturn[]): number => {
  const days = lateReturns
    .map(({ dueAt, returnedAt, zone }) => daysBetween(dayOf(dueAt, zone), dayOf(returnedAt, zone)))
    .sort((a, b) => a - b)
  const middle = days.slice(Math.ceil(days.length / 2) - 1, Math.floor(days.length / 2) + 1)
  return middle.length === 0
    ? unknownLateness
    : Math.ceil(middle.reduce((sum, count) => sum + count, 0) / middle.length)
}

export interface Expectation {
  readonly supply: Supply
  /** The member's, for a copy. */
  readonly rules: (copy: ComingCopy) => { readonly lendable: boolean; readonly loanPeriod: Period }
  /** From 1. */
  readonly queuePosition: number
  /** Where it will be fetched. */
  readonly today: Day
  readonly now: Instant
}

/**
 * The k-th return for the k-th in the queue. With fewer copies than members ahead each copy goes round, a loan period a round.
 * @returns null where no copy is expected that the member may borrow
 */
export const expectedAvailability = ({
  supply,
  rules,
  queuePosition,
  today,
  now,
}: Expectation): Day | null => {
  const lateness = medianLateness(supply.lateReturns)
  const returns = supply.coming
    .flatMap(copy => {
      const { lendable, loanPeriod } = rules(copy)
      const day = freeOn(copy, loanPeriod, today, now, lateness)
      return lendable ? [{ day, loanPeriod }] : []
    })
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
  const next = returns[(queuePosition - 1) % returns.length]
  const rounds = Math.floor((queuePosition - 1) / returns.length)
  return next === undefined || daysOf(next.loanPeriod) * rounds > farthest
    ? null
    : afterRounds(next.day, next.loanPeriod, rounds)
}

const freeOn = (
  { loan, setAside }: ComingCopy,
  loanPeriod: Period,
  today: Day,
  now: Instant,
  lateness: number,
): Day => {
  if (loan !== null) {
    return now >= loan.overdueFrom ? plusDays(today, lateness) : latest(today, dayOf(loan.dueAt, loan.zone))
  }
  return setAside ? afterRounds(today, loanPeriod, 1) : today
}

const latest = (a: Day, b: Day): Day => (a > b ? a : b)

/** Days: a century from now is no estimate, and years of five digits are no days of the API. */
const farthest = 36_500

/** At the most. */
const daysOf = ({ length, unit }: Period): number => {
  switch (unit) {
    case 'months':
      return 31 * length
    case 'weeks':
      return 7 * length
    case 'days':
      return length
    case 'hours':
      return length / 24
    case 'minutes':
      return length / (24 * 60)
  }
}

/** Whole days: of loans by the hour several fit into one. */
const afterRounds = (day: Day, { length, unit }: Period, rounds: number): Day => {
  switch (unit) {
    case 'months':
      return plusMonths(day, rounds * length)
    case 'weeks':
      return plusDays(day, rounds * length * 7)
    case 'days':
      return plusDays(day, rounds * length)
    case 'hours':
      return plusDays(day, Math.floor((rounds * length) / 24))
    case 'minutes':
      return plusDays(day, Math.floor((rounds * length) / (24 * 60)))
  }
}
