/** How the due date and the fine of a loan came about, by the very functions that compute them (circulation R4.8). */
import { chargeLines, finePolicies, gracedOf, lateDays, overdueFine } from '../accounts/fine-policies.ts'
import type { ChargeLine, FineCalculation } from '../accounts/fine-policies.ts'
import { closedDaysBetween, daysFromTo } from '../branches/opening-calendar.ts'
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import { dayOf, plusDays } from '../shared/local-time.ts'
import type { Day, Instant, Period } from '../shared/local-time.ts'
import { zero } from '../shared/money.ts'
import type { LoanMoved } from './closure-ports.ts'
import type { LoanMove } from './emergency-closure.ts'
import { dueCalculation } from './loan-terms.ts'
import type { DueCalculation, DueStep } from './loan-terms.ts'
import type { Loan } from './loan.ts'
import { overdueFactsOf } from './standing.ts'
import type { LoanRecord } from './standing.ts'

export interface DueExplanation extends Pick<DueCalculation, 'due'> {
  readonly from: Instant
  readonly period: Period
  readonly steps: readonly ExplainedStep[]
}

/** `emergency_closure`: moved there from what it was by all the steps before (R6.9). */
export interface ExplainedStep {
  readonly step: DueStep['step'] | 'emergency_closure'
  readonly at: Day | Instant
  /** Closed days passed over since the step before. */
  readonly skipped: readonly Day[]
}

export interface LateDay {
  readonly on: Day
  /** Why it does not count, null where it does. */
  readonly skipped: 'closed' | 'grace' | null
}

export interface FineExplanation extends FineCalculation {
  /** Up to when: now, or the return. */
  readonly until: Instant
  /** Of a rule per day or week; minutes have no days. */
  readonly days: readonly LateDay[]
  readonly lines: readonly ChargeLine[]
}

export interface Explanation {
  readonly record: LoanRecord
  /** null where nobody remembers where the period began. */
  readonly due: DueExplanation | null
  /** null for a loan that is lost or said to be returned: on it runs no fine. */
  readonly fine: FineExplanation | null
}

/**
 * By the terms frozen on the loan, by the calendar and the membership as they are now: where these were changed since, what is computed
 * here differs from what stands on the loan. What an emergency closure has moved is computed without it, and then told as moved.
 * @param moved by emergency closures and not given back, the earliest first
 */
export const explain = (
  record: LoanRecord,
  calendar: OpeningCalendar,
  membershipExpiresOn: Day | null,
  now: Instant,
  moved: readonly LoanMoved[] = [],
): Explanation => {
  const counting = { ...calendar, zone: record.loan.terms.zone }
  const standing = standingMoves(record.loan, moved)
  const due = explainDue(record.loan, without(counting, standing), membershipExpiresOn)
  return {
    record,
    due: due === null ? null : afterMoves(due, record.loan, counting, standing),
    fine: explainFine(record, counting, now),
  }
}

/** A renewal since, or another date, is no work of theirs. */
const standingMoves = ({ dueAt, renewalCount }: Loan, moved: readonly LoanMoved[]): readonly LoanMoved[] => {
  const ofThisPeriod = moved.filter(({ move }) => move.renewalCount === renewalCount)
  return ofThisPeriod.at(-1)?.move.becomes === dueAt ? ofThisPeriod : []
}

/** The calendar as it was for the due date at first. */
const without = (calendar: OpeningCalendar, moved: readonly LoanMoved[]): OpeningCalendar => ({
  ...calendar,
  closures: moved
    .filter(({ closure }) => closure.closureId !== null)
    .reduce((closures, { closure: { from, to } }) => {
      const own = closures.findIndex(
        one => one.from === from && one.to === to && !one.yearly && one.open.length === 0,
      )
      return closures.filter((_, index) => index !== own)
    }, calendar.closures),
})

const afterMoves = (
  due: DueExplanation,
  { dueAt, overdueFrom }: Loan,
  calendar: OpeningCalendar,
  moved: readonly LoanMoved[],
): DueExplanation =>
  moved.length === 0
    ? due
    : {
        ...due,
        due: { ...due.due, dueAt, overdueFrom },
        steps: [...due.steps, ...moved.map(({ move }) => movedStep(move, calendar))],
      }

const movedStep = ({ was, becomes, wasOverdueFrom }: LoanMove, calendar: OpeningCalendar): ExplainedStep => {
  const [from, until] = [dayOf(was, calendar.zone), dayOf(becomes, calendar.zone)]
  return {
    step: 'emergency_closure',
    at: wasOverdueFrom === was ? becomes : until,
    skipped: closedDaysBetween(calendar, from, until),
  }
}

const explainDue = (
  { terms, dueFrom, renewalCount }: Loan,
  calendar: OpeningCalendar,
  membershipExpiresOn: Day | null,
): DueExplanation | null => {
  if (dueFrom === null) return null
  const period = renewalCount > 0 ? (terms.renewalPeriod ?? terms.loanPeriod) : terms.loanPeriod
  const { due, steps } = dueCalculation({ from: dueFrom, period, terms, calendar, membershipExpiresOn })
  return {
    from: dueFrom,
    period,
    due,
    steps: steps.map((step, index) => ({
      ...step,
      skipped: passedOver(steps[index - 1], step, calendar, terms.closedDays === 'count_open_days'),
    })),
  }
}

/** Days are passed over where closed ones are minded: on the way to the end of the period only where open days are counted. */
const passedOver = (
  before: DueStep | undefined,
  { step, at }: DueStep,
  calendar: OpeningCalendar,
  countingOpenDays: boolean,
): readonly Day[] => {
  const minds = step === 'closed' || step === 'closed_again' || (step === 'period' && countingOpenDays)
  if (!minds || typeof at !== 'string' || typeof before?.at !== 'string' || before.at === at) return []
  // The day it was lent on is none of the period's.
  return closedDaysBetween(calendar, step === 'period' ? plusDays(before.at, 1) : before.at, at)
}

/**
 * Of a returned loan the caps are those of its return alone: what stood on it before, and what else its member owed then, nobody
 * remembers. `posted` beside it is the truth.
 */
const explainFine = (
  { loan, price, unpaidOverdue }: LoanRecord,
  calendar: OpeningCalendar,
  now: Instant,
): FineExplanation | null => {
  if (loan.state === 'lost' || loan.state === 'claimed_returned') return null
  const until = loan.state === 'returned' ? loan.returnedAt : now
  const facts =
    loan.state === 'returned'
      ? { ...overdueFactsOf(loan, calendar, price, until, zero), alreadyPosted: zero }
      : overdueFactsOf(loan, calendar, price, until, unpaidOverdue)
  const calculation = overdueFine(finePolicies)(facts)
  const { rule } = facts
  const late = rule.per !== 'hour' && until >= loan.overdueFrom
  const counted = late ? lateDays(facts) : []
  const counting = new Set(counted)
  const graced = new Set(counted.slice(0, gracedOf(rule, counted.length)))
  const days = late
    ? daysFromTo(plusDays(dayOf(loan.dueAt, calendar.zone), 1), dayOf(until, calendar.zone))
    : []
  return {
    ...calculation,
    until,
    days: days.map(on => ({
      on,
      skipped: graced.has(on) ? 'grace' : counting.has(on) ? null : 'closed',
    })),
    lines: chargeLines(rule, calculation.units),
  }
}
