/** When a loan ends: periods, closed days, hard dates and zones (circulation R1.1 to R1.5). */
import { isOpenOn, nearestOpenDay, openDaysAfter, openStretches } from '../branches/opening-calendar.ts'
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import type { BranchId } from '../shared/id.ts'
import { dayOf, instant, plusDays, plusMinutes, plusMonths, startOfDay } from '../shared/local-time.ts'
import type { Day, Instant, Period, Zone } from '../shared/local-time.ts'
import { forAny } from './rule-table.ts'
import type { RowKeys, RowUsed, RuleValues } from './rule-table.ts'

/** The values that a loan keeps as they were at its checkout. */
const frozenRules = [
  'loanPeriod',
  'closedDays',
  'closedHours',
  'hardDueDate',
  'hardDueDateMode',
  'endWithMembership',
  'maxRenewals',
  'renewalPeriod',
  'renewalFrom',
  'fine',
  'lostProcessingFee',
  'lostRefundDays',
  'refundProcessingFee',
  'defaultPrice',
  'chargeOverdueOnLostReturn',
  'damageFees',
] as const

/** What is frozen on the loan at checkout: a later edit of a rule never changes old debts (R0.2). */
export interface LoanTerms extends Pick<RuleValues, (typeof frozenRules)[number]> {
  /** Whose calendar and zone count. */
  readonly calendarBranchId: BranchId
  readonly zone: Zone
  /** `loanPeriod` is the short one of a title in high demand (R1.6). */
  readonly shortened: boolean
  /** The rows of the rule table beside the default one that gave the values; null for a loan of before this was kept. */
  readonly rows: readonly RowUsed[] | null
}

/** What says how long a loan lasts and what it costs, `highDemand` too, which can give the period. */
export const namesFrozen: readonly (keyof RuleValues)[] = [...frozenRules, 'highDemand']

/** @param rows see `LoanTerms`; none where the default row gave all */
export const freeze = (
  values: RuleValues,
  calendarBranchId: BranchId,
  zone: Zone,
  rows: LoanTerms['rows'] = [],
): LoanTerms => ({
  loanPeriod: values.loanPeriod,
  closedDays: values.closedDays,
  closedHours: values.closedHours,
  hardDueDate: values.hardDueDate,
  hardDueDateMode: values.hardDueDateMode,
  endWithMembership: values.endWithMembership,
  maxRenewals: values.maxRenewals,
  renewalPeriod: values.renewalPeriod,
  renewalFrom: values.renewalFrom,
  fine: values.fine,
  lostProcessingFee: values.lostProcessingFee,
  lostRefundDays: values.lostRefundDays,
  refundProcessingFee: values.refundProcessingFee,
  defaultPrice: values.defaultPrice,
  chargeOverdueOnLostReturn: values.chargeOverdueOnLostReturn,
  damageFees: values.damageFees,
  calendarBranchId,
  zone,
  shortened: false,
  rows,
})

/** The row that gave a value of a loan, the default one where no other did; meaningful where the rows were kept. */
export const rowOf = ({ rows, shortened }: LoanTerms, name: (typeof frozenRules)[number]): RowKeys => {
  const giving = name === 'loanPeriod' && shortened ? 'highDemand' : name
  return rows?.find(({ gave }) => gave.includes(giving)) ?? forAny
}

export interface DueDate {
  /** As `due_date` shows it: the last second of the due day, or the very instant of a loan of minutes or hours. */
  readonly dueAt: Instant
  /** The first instant that is late. */
  readonly overdueFrom: Instant
  /** No open day was found, so the calendar was ignored (R1.4). */
  readonly calendarIgnored: boolean
}

export interface DueDateFacts {
  /** Where the period begins. */
  readonly from: Instant
  readonly period: Period
  readonly terms: LoanTerms
  readonly calendar: OpeningCalendar
  readonly membershipExpiresOn: Day | null
}

/** Where one step of the calculation leads: to a day, or to an instant for a loan of minutes or hours. */
export interface DueStep {
  /** `limit` is a hard date and the end of the membership; after a cut closed time is minded again (R1.5). */
  readonly step: 'start' | 'period' | 'closed' | 'limit' | 'closed_again'
  readonly at: Day | Instant
}

export interface DueCalculation {
  readonly due: DueDate
  readonly steps: readonly DueStep[]
}

export const dueDate = (facts: DueDateFacts): DueDate => dueCalculation(facts).due

/** The due date with the way to it, so that it can be explained (R4.8). */
export const dueCalculation = (facts: DueDateFacts): DueCalculation =>
  facts.period.unit === 'hours' || facts.period.unit === 'minutes'
    ? dueAtInstant(facts)
    : dueAtEndOfDay(facts)

const dueAtEndOfDay = (facts: DueDateFacts): DueCalculation => {
  const { calendar, terms } = facts
  const wanted = afterPeriod(facts)
  const open = wanted === null ? null : onOpenDay(calendar, wanted, terms.closedDays)
  const start = dayOf(facts.from, calendar.zone)
  const fallback = plusPeriod(start, facts.period)
  const cut = cutTo(open ?? fallback, facts)
  return {
    due: { calendarIgnored: open === null || cut.calendarIgnored, ...endOf(cut.day, calendar.zone) },
    steps: [
      { step: 'start', at: start },
      { step: 'period', at: wanted ?? fallback },
      { step: 'closed', at: open ?? fallback },
      { step: 'limit', at: cut.limited },
      { step: 'closed_again', at: cut.day },
    ],
  }
}

/** R1.2: to the end of the local day; overdue from the next start of day in the zone. */
export const endOf = (day: Day, zone: Zone): { dueAt: Instant; overdueFrom: Instant } => {
  const overdueFrom = startOfDay(plusDays(day, 1), zone)
  return { dueAt: instant(overdueFrom - 1000), overdueFrom }
}

const afterPeriod = ({ from, period, terms, calendar }: DueDateFacts): Day | null => {
  const start = dayOf(from, calendar.zone)
  return terms.closedDays === 'count_open_days' && period.unit !== 'months'
    ? openDaysAfter(calendar, start, period.length * (period.unit === 'weeks' ? 7 : 1))
    : plusPeriod(start, period)
}

const plusPeriod = (day: Day, { length, unit }: Period): Day =>
  unit === 'months' ? plusMonths(day, length) : plusDays(day, unit === 'weeks' ? 7 * length : length)

/** R1.3. A day counted in open days is open already, but for months. */
const onOpenDay = (calendar: OpeningCalendar, day: Day, mode: LoanTerms['closedDays']): Day | null => {
  switch (mode) {
    case 'ignore':
      return day
    case 'next_open_day':
    case 'count_open_days':
      return nearestOpenDay(calendar, day, 1)
    case 'previous_open_day':
      return nearestOpenDay(calendar, day, -1)
  }
}

/** R1.5: a hard date and the end of the membership; after a cut backwards to an open day, after a floor forwards. */
const cutTo = (day: Day, facts: DueDateFacts): { limited: Day; day: Day; calendarIgnored: boolean } => {
  const { terms, calendar, membershipExpiresOn } = facts
  const limit = terms.endWithMembership ? membershipExpiresOn : null
  const hard = hardened(day, terms.hardDueDate, terms.hardDueDateMode)
  const settled = limit !== null && limit < hard ? limit : hard
  if (settled === day || terms.closedDays === 'ignore') {
    return { limited: settled, day: settled, calendarIgnored: false }
  }
  const open = nearestOpenDay(calendar, settled, settled > day ? 1 : -1)
  const inMembership =
    open !== null && limit !== null && open > limit ? nearestOpenDay(calendar, limit, -1) : open
  return { limited: settled, day: inMembership ?? settled, calendarIgnored: inMembership === null }
}

const hardened = <Moment extends Day | Instant>(
  due: Moment,
  hard: Moment | null,
  mode: LoanTerms['hardDueDateMode'],
): Moment => {
  if (hard === null) return due
  switch (mode) {
    case 'replace':
      return hard
    case 'cap':
      return hard < due ? hard : due
    case 'floor':
      return hard > due ? hard : due
  }
}

/** R1.2, R1.3 and R1.5 for hours and minutes: the instant is kept, unless closing time is to be minded or it is cut. */
const dueAtInstant = ({
  from,
  period,
  terms,
  calendar,
  membershipExpiresOn,
}: DueDateFacts): DueCalculation => {
  const wanted = plusMinutes(from, period.length * (period.unit === 'hours' ? 60 : 1))
  const minded = mindClosing(calendar, from, wanted, terms.closedHours)
  const due = minded ?? wanted
  const lastMoment = (day: Day | null): Instant | null =>
    day === null ? null : endOf(day, calendar.zone).dueAt
  const limit = (terms.endWithMembership ? lastMoment(membershipExpiresOn) : null) ?? Infinity
  const hard = hardened(due, lastMoment(terms.hardDueDate), terms.hardDueDateMode)
  const settled = instant(Math.min(hard, limit))
  const again =
    terms.closedHours === 'ignore' ? 'ignore' : settled > due ? 'next_opening' : 'shorten_to_closing'
  const open = settled === due ? settled : mindClosing(calendar, from, settled, again)
  const dueAt = instant(Math.min(open ?? settled, limit))
  return {
    due: { dueAt, overdueFrom: dueAt, calendarIgnored: minded === null || open === null },
    steps: [
      { step: 'start', at: from },
      { step: 'period', at: wanted },
      { step: 'closed', at: due },
      { step: 'limit', at: settled },
      { step: 'closed_again', at: dueAt },
    ],
  }
}

/** @returns null when no open day was found, so that the calendar is to be ignored */
const mindClosing = (
  calendar: OpeningCalendar,
  from: Instant,
  due: Instant,
  mode: LoanTerms['closedHours'],
): Instant | null => {
  const day = dayOf(due, calendar.zone)
  const isOpen = openStretches(calendar, day).some(([opens, closes]) => opens <= due && due <= closes)
  if (mode === 'ignore' || isOpen) return due
  if (mode === 'next_opening') {
    const today = openStretches(calendar, day).find(([opens]) => opens > due)
    const next = nearestOpenDay(calendar, plusDays(day, 1), 1)
    return today?.[0] ?? (next === null ? null : (openStretches(calendar, next)[0]?.[0] ?? null))
  }
  const previous = nearestOpenDay(calendar, plusDays(day, -1), -1)
  if (previous === null && !isOpenOn(calendar, day)) return null
  const closings = [day, previous]
    .flatMap(open => (open === null ? [] : openStretches(calendar, open)))
    .map(([, closes]) => closes)
    .filter(closes => from < closes && closes <= due)
  return closings.length === 0 ? due : instant(Math.max(...closings))
}
