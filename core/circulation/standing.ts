/** How a loan stands at an instant: what the API shows beside what is stored. */
import { finePolicies, overdueFine } from '../accounts/fine-policies.ts'
import type { FineCalculation, OverdueFacts } from '../accounts/fine-policies.ts'
import type { OpeningCalendar } from '../branches/opening-calendar.ts'
import { dayOf, daysBetween } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import { add, zero } from '../shared/money.ts'
import type { Minor } from '../shared/money.ts'
import { isOverdue } from './loan.ts'
import type { Loan, UnreturnedLoan } from './loan.ts'

export type LoanStatus = 'open' | 'overdue' | 'lost' | 'claimed_returned' | 'returned'

/** A loan with what is needed to show it. */
export interface LoanRecord {
  readonly loan: Loan
  readonly title: string
  readonly barcode: string
  /** Of the copy, minor units. */
  readonly price: Minor | null
  /** What was paid of the loan's fines and not given back. */
  readonly finesPaid: Minor
  /** What its member owes of overdue fines, of all his loans: a cap per member looks at it. */
  readonly unpaidOverdue: Minor
}

export interface Standing {
  readonly status: LoanStatus
  /** Local days after the due day, closed ones included; up to the return when it is back. */
  readonly daysOverdue: number
  /** null is unlimited. */
  readonly renewalsLeft: number | null
  /** Posted, plus what runs up to now while it is out. */
  readonly fine: Minor
}

/** A loan as it is shown. */
export interface LoanOverview {
  readonly record: LoanRecord
  readonly standing: Standing
}

export const overview = (
  record: LoanRecord,
  calendar: OpeningCalendar | null,
  now: Instant,
): LoanOverview => ({
  record,
  standing: standing(record, calendar, now),
})

/** The calendar may be left out for a loan that is not overdue: nothing runs then. */
export const standing = (record: LoanRecord, calendar: OpeningCalendar | null, now: Instant): Standing => {
  const { loan, price, unpaidOverdue } = record
  const overdue = isOverdue(loan, now)
  const until = loan.state === 'returned' ? loan.returnedAt : now
  return {
    status: overdue ? 'overdue' : loan.state,
    daysOverdue: until < loan.overdueFrom ? 0 : daysAfterDue(loan, until),
    renewalsLeft:
      loan.terms.maxRenewals === null ? null : Math.max(0, loan.terms.maxRenewals - loan.renewalCount),
    fine: add(
      loan.finesPosted,
      loan.state === 'open' && overdue && calendar !== null
        ? runningFine(loan, calendar, price, now, unpaidOverdue).amount
        : zero,
    ),
  }
}

const daysAfterDue = (loan: Loan, until: Instant): number =>
  daysBetween(dayOf(loan.dueAt, loan.terms.zone), dayOf(until, loan.terms.zone))

/** The fine of a loan that is out, were it to come back at `until`; by the rule and the zone frozen on it (R0.2, R4.5). */
export const runningFine = (
  loan: UnreturnedLoan,
  calendar: OpeningCalendar,
  price: Minor | null,
  until: Instant,
  unpaidOverdue: Minor,
): FineCalculation => overdueFine(finePolicies)(overdueFactsOf(loan, calendar, price, until, unpaidOverdue))

/** What the fine of a loan is reckoned from. */
export const overdueFactsOf = (
  loan: Loan,
  calendar: OpeningCalendar,
  price: Minor | null,
  until: Instant,
  unpaidOverdue: Minor,
): OverdueFacts => ({
  rule: loan.terms.fine,
  calendar: { ...calendar, zone: loan.terms.zone },
  dueAt: loan.dueAt,
  overdueFrom: loan.overdueFrom,
  until,
  price,
  defaultPrice: loan.terms.defaultPrice,
  alreadyPosted: loan.finesPosted,
  unpaidOverdue,
})
